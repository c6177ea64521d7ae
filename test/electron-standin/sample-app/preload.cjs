'use strict';
/* global window */
const { contextBridge, ipcRenderer } = require('electron');

ipcRenderer.on('port', (event) => window.postMessage('port', '*', event.ports));
contextBridge.exposeInMainWorld('sample', {
  double: (values) => ipcRenderer.invoke('double', values),
  connect: () => ipcRenderer.send('connect'),
  twice: (times, callback) => times.map((x) => callback(x)),
  onChildExit: (listener) => {
    const wrapped = (_event, code) => listener(code);
    ipcRenderer.on('child-exit', wrapped);
    return () => ipcRenderer.off('child-exit', wrapped);
  },
});
