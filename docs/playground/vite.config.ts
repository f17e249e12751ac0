import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { charts } from './chart-plugin.ts';

export default defineConfig({
  root: import.meta.dirname,
  // The page works at any address.
  base: './',
  plugins: [react(), charts(), contentPolicy()],
  // The docs are in the same folder, and must not be deleted.
  build: { outDir: '../../.site', emptyOutDir: false, chunkSizeWarningLimit: 600 },
});

/** Restricts the page to its own code, and to connections to a broker. Vite's dev server needs more than that. */
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
