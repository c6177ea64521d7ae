'use strict';
// What reaches the desktop around the windows; there is none here, so these only remember what they were told.
const { EventEmitter } = require('node:events');

class Menu {
  static #applicationMenu = null;
  items = [];

  static setApplicationMenu(menu) {
    Menu.#applicationMenu = menu;
  }
  static getApplicationMenu() {
    return Menu.#applicationMenu;
  }
  static buildFromTemplate(template) {
    return Object.assign(new Menu(), { items: template });
  }
}

class NativeTheme extends EventEmitter {
  themeSource = 'system';
  get shouldUseDarkColors() {
    return this.themeSource === 'dark';
  }
}

const systemPreferences = {
  askForMediaAccess: () => Promise.resolve(true),
};

/** There is no desktop to show anything on. */
const shell = {
  openPath: () => Promise.resolve(''),
};

module.exports = { Menu, nativeTheme: new NativeTheme(), shell, systemPreferences };
