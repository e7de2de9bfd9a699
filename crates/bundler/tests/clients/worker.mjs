// A browser's Worker, made of a Node.js one: three.js transcodes KTX2 in it. It runs a script from a blob: URL.

import { resolveObjectURL } from 'node:buffer';
import { Worker as NodeWorker } from 'node:worker_threads';

// What the script finds there: a browser's names, and none of Node.js', so that it takes the browser's way.
const BROWSER = `
const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
globalThis.location = { href: '' };
globalThis.WorkerGlobalScope = function () {};
globalThis.importScripts = () => {};
self.postMessage = (message, transfer) => parentPort.postMessage(message, transfer);
self.addEventListener = (_, listen) => parentPort.on('message', (data) => listen({ data }));
(function (require, process) {`;

export class Worker {
  #waiting = [];
  #listeners = [];
  #worker;

  constructor(url) {
    resolveObjectURL(url).text().then((source) => {
      this.#worker = new NodeWorker(`${BROWSER}${source}\n})();`, { eval: true });
      this.#worker.on('message', (data) => this.#listeners.forEach((listen) => listen({ data })));
      for (const [message, transfer] of this.#waiting) this.#worker.postMessage(message, transfer);
    });
  }

  postMessage(message, transfer) {
    if (this.#worker) this.#worker.postMessage(message, transfer);
    else this.#waiting.push([message, transfer]);
  }

  addEventListener(_, listen) {
    this.#listeners.push(listen);
  }

  terminate() {
    this.#worker?.terminate();
  }
}
