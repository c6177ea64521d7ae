import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

// A sandboxed preload must be CommonJS, and ES modules inside an asar archive fail: everything but the studio is .cjs.
const commonJs = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' } as const;

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          index: 'electron/main.ts',
          engine: 'electron/engine-main.ts',
          // The process of one trial of a search: see src/engine/service/search/trial-program.ts.
          trial: 'src/engine/service/search/trial-main.ts',
        },
        output: commonJs,
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload can require nothing but Electron: the rest is in its one file.
      externalizeDeps: false,
      rollupOptions: { input: { index: 'electron/preload.ts' }, output: commonJs },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      minify: true,
      // The content security policy refuses data: URLs; small files stay files.
      assetsInlineLimit: 0,
      // It is read from the disk, all of it at every start: nothing is won by splitting it.
      chunkSizeWarningLimit: 2000,
      rollupOptions: { input: 'renderer/index.html' },
    },
  },
});
