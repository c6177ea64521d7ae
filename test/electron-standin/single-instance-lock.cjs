'use strict';
// One running app per user-data folder: the first writes its process id there, later ones leave their command line.
const fs = require('node:fs');
const path = require('node:path');

class SingleInstanceLock {
  held = false;
  #file = '';
  #watcher = undefined;

  /** Whether this process now holds the lock; `onSecond(argv, folder)` is called when a later one tried. */
  request(folder, onSecond) {
    if (this.held) return true;
    fs.mkdirSync(folder, { recursive: true });
    this.#file = path.join(folder, 'instance.lock');
    const message = path.join(folder, 'second-instance.json');
    if (isAlive(this.#file)) {
      fs.writeFileSync(`${message}.part`, JSON.stringify({ argv: process.argv, folder: process.cwd() }));
      fs.renameSync(`${message}.part`, message);
      return false;
    }
    fs.writeFileSync(this.#file, String(process.pid));
    this.held = true;
    this.#watcher = fs.watch(folder, () => {
      if (!fs.existsSync(message)) return;
      const second = JSON.parse(fs.readFileSync(message, 'utf8'));
      fs.rmSync(message);
      onSecond(second.argv, second.folder);
    });
    this.#watcher.unref();
    return true;
  }
  release() {
    if (!this.held) return;
    this.held = false;
    this.#watcher.close();
    fs.rmSync(this.#file, { force: true });
  }
}

function isAlive(file) {
  if (!fs.existsSync(file)) return false;
  try {
    process.kill(Number(fs.readFileSync(file, 'utf8')), 0);
    return true;
  } catch {
    return false; // left by a process that crashed
  }
}

module.exports = { SingleInstanceLock };
