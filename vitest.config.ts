import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromium, chromiumArguments } from './test/browser/chromium.ts';

// A crowd of processes would slow down whatever else runs, so that it comes last.
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
        test: {
          name: 'browser',
          include: [inBrowser],
          sequence: { groupOrder: 0 },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: chromium, args: chromiumArguments },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      { extends: true, test: { name: 'crowd', include: [crowded], sequence: { groupOrder: 1 } } },
    ],
  },
});
