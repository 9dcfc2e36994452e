// A gRPC server whose only method computes for a while: on its event loop, or in a worker thread.
import { parentPort, Worker, workerData } from "node:worker_threads";
import { Server, ServerCredentials } from "@grpc/grpc-js";

const { how, computationMs } = workerData;

function compute() {
  const end = Date.now() + computationMs;
  while (Date.now() < end) {
    Math.sqrt(end);
  }
}

const COMPUTE_IN_THREAD = `
  const { parentPort, workerData } = require("node:worker_threads");
  const end = Date.now() + workerData;
  while (Date.now() < end) Math.sqrt(end);
  parentPort.postMessage("done");
`;

function echo(_call, callback) {
  if (how === "block") {
    compute();
    callback(null, Buffer.alloc(0));
  } else {
    const thread = new Worker(COMPUTE_IN_THREAD, { eval: true, workerData: computationMs });
    thread.once("message", () => callback(null, Buffer.alloc(0)));
  }
}

const asIs = (bytes) => bytes;
const server = new Server();
server.addService(
  {
    echo: {
      path: "/portfolio.testing.v1.EchoService/Echo",
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  },
  { echo },
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    throw error;
  }
  parentPort?.postMessage(port);
});
