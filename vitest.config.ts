import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import { playwright } from '@vitest/browser-playwright';
import solid from 'vite-plugin-solid';
import { defineConfig } from 'vitest/config';
import { chromium, chromiumArguments } from './test/browser/chromium.ts';
import { commands } from './test/screens/commands.ts';

// A crowd of processes would slow down whatever else runs, so that it comes last. So does a browser, which comes before it.
const crowded = 'test/cli/one-login.spec.ts';
const inBrowser = '{test,docs}/**/*.browser.spec.{ts,tsx}';

export default defineConfig({
  test: {
    testTimeout: 20_000,
    isolate: false,
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['{test,docs}/**/*.spec.{ts,tsx}'],
          exclude: [crowded, inBrowser, '**/node_modules/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        plugins: [vue(), svelte(), solid({ include: 'docs/examples/solid/**' })],
        // What is imported by compiled JSX alone is not found in time.
        optimizeDeps: { include: ['react/jsx-dev-runtime'] },
        test: {
          name: 'browser',
          include: [inBrowser],
          expect: { poll: { timeout: 10_000 } },
          sequence: { groupOrder: 1 },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            commands,
            provider: playwright({
              launchOptions: { executablePath: chromium, args: chromiumArguments },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      { extends: true, test: { name: 'crowd', include: [crowded], sequence: { groupOrder: 2 } } },
    ],
  },
});
