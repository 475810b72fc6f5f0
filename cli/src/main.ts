process.stderr.write("protoloom: expected a command\n");
process.exitCode = 1;
