/**
 * The process that a library is timed in: started by worker-process.mjs with the library's name, its folder and the
 * folder of the payloads, then told what to do by messages, each of which it answers.
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
