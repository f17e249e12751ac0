import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import { playwright } from '@vitest/browser-playwright';
import solid from 'vite-plugin-solid';
import { defineConfig } from 'vitest/config';
import { chromium, chromiumArguments } from './test/browser/chromium.ts';
import { commands } from './test/screens/commands.ts';

const inBrowser = '{test,docs}/**/*.browser.spec.{ts,tsx}';
// Browsers, processes and a crowd of them slow each other down by more than is gained by running them side by side.
const startProcesses = ['test/{browser,cli,node}/**/*.spec.ts', 'test/model/terminal.spec.ts'];
// The playground and the docs: `npm run test:site`. They take as long as half of all other tests, and change less often.
const site = ['docs/playground/playground.spec.ts', 'test/package/{playwright,site}.spec.ts'];
const crowded = 'test/cli/one-login.spec.ts';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    isolate: false,
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['{test,docs}/**/*.spec.{ts,tsx}'],
          exclude: [...startProcesses, ...site, inBrowser, '**/node_modules/**'],
        },
      },
      {
        extends: true,
        plugins: [vue(), svelte(), solid({ include: 'docs/examples/solid/**', ssr: true })],
        // What is imported by compiled JSX alone is not found in time.
        optimizeDeps: { include: ['react/jsx-dev-runtime'] },
        test: {
          name: 'browser',
          include: [inBrowser],
          sequence: { groupOrder: 3 },
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
      {
        extends: true,
        test: {
          name: 'processes',
          include: startProcesses,
          exclude: [crowded, inBrowser],
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'site', include: site, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'crowd', include: [crowded], sequence: { groupOrder: 2 } } },
    ],
  },
});
