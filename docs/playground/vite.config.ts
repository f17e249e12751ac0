import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { chart } from './chart-plugin.ts';

export default defineConfig({
  root: import.meta.dirname,
  // The page works wherever it is put.
  base: './',
  plugins: [react(), chart()],
  // Beside it lie the docs, which are not to be swept away.
  build: { outDir: '../../.site', emptyOutDir: false, chunkSizeWarningLimit: 600 },
});
