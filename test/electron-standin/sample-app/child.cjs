'use strict';
process.parentPort.once('message', ({ ports: [port] }) => {
  port.on('message', ({ data }) =>
    port.postMessage({ sum: data.reduce((a, b) => a + b, 0), kind: data.constructor.name }),
  );
  port.start();
});
