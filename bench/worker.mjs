/**
 * The process that times a library. worker-process.mjs starts it with the library's name, its folder and the folder of the
 * payloads, then sends commands as messages, each of which it answers.
 */
import { createPlayer } from "./player.mjs";

const player = createPlayer(...process.argv.slice(2));

process.on("message", async ({ command, ...parameters }) => {
  try {
    process.send({ result: await player[command](parameters) });
  } catch (error) {
    process.send({ error: error.stack });
  }
});
