// A thread that trains for a while when it is told to, and says how many epochs it took.
import { once } from "node:events";
import { parentPort } from "node:worker_threads";
import { epochOf } from "./growth.mjs";

const EPOCHS = 100;

const advance = epochOf(10_000, 64);
advance();
parentPort.postMessage("ready");
await once(parentPort, "message");
for (let epoch = 0; epoch < EPOCHS; epoch++) advance();
parentPort.postMessage(EPOCHS);
