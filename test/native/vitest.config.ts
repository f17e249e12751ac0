import { resolve } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromium, chromiumArguments } from '../browser/chromium.ts';
import { commands } from '../screens/commands.ts';

const root = resolve(import.meta.dirname, '../..');

/** The native screen in a page, by React Native's build for the web: `npm run test:runtimes` has it installed. */
export default defineConfig({
  root,
  resolve: {
    alias: { 'react-native': resolve(root, '.cache/runtimes/native/node_modules/react-native-web') },
    dedupe: ['react', 'react-dom'],
  },
  test: {
    include: ['test/native/screen.walks.tsx'],
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      commands,
      provider: playwright({ launchOptions: { executablePath: chromium, args: chromiumArguments } }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
