import path from "path-browserify"; // of POSIX

export const { dirname, posix } = path;
