// SPDX-License-Identifier: MIT
// Node's cluster, to show that nothing here is particular to Python. The primary process accepts every connection and
// hands it to a worker in turn.
// usage: node node_cluster.js PORT WORKERS
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');

const WAIT_MS = 20;
const ORDERS = Array.from({length: 60}, (_, i) => ({
  order: i,
  customer: `customer ${i}`,
  lines: Array.from({length: 16}, (_, k) => ({sku: `${i}-${k}`, count: k + 1, price: k * 1.5})),
}));

function json() {
  let total = 0;
  for (const order of JSON.parse(JSON.stringify(ORDERS))) {
    for (const line of order.lines) total += line.count * line.price;
  }
  return total;
}

function answer(request, response) {
  const send = (status, text) => {
    const body = `${text}\n`;
    response.writeHead(status, {'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(body)});
    response.end(body);
  };
  if (request.url === '/json') send(200, json());
  else if (request.url === '/wait') setTimeout(send, WAIT_MS, 200, 'waited');
  else send(404, 'json or wait');
}

const [port, workers] = process.argv.slice(2).map(Number);
if (!(port > 0 && workers > 0)) {
  console.error('usage: node node_cluster.js PORT WORKERS');
  process.exit(2);
}
if (cluster.isPrimary) {
  for (let i = 0; i < workers; ++i) cluster.fork();
  const end = () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  cluster.on('exit', (worker, code, signal) => {
    console.error(`worker ${worker.process.pid} ended: ${signal || code}`);
    cluster.fork();
  });
} else {
  http.createServer(answer).listen(port, '127.0.0.1', 2048);
}
