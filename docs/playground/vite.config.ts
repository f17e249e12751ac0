import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { chart } from './chart-plugin.ts';

export default defineConfig({
  root: import.meta.dirname,
  // The page works wherever it is put.
  base: './',
  plugins: [react(), chart(), contentPolicy()],
  // Beside it lie the docs, which are not to be swept away.
  build: { outDir: '../../.site', emptyOutDir: false, chunkSizeWarningLimit: 600 },
});

/** Lets the page run its own code alone, and speak to nobody but a broker. Vite's dev server needs more than that. */
function contentPolicy(): Plugin {
  const content = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data: https:',
    'connect-src https: http://127.0.0.1:* http://localhost:*',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content }, injectTo: 'head-prepend' },
    ],
  };
}
