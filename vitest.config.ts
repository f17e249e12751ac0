import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import { playwright } from '@vitest/browser-playwright';
import solid from 'vite-plugin-solid';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { chromium, chromiumArguments } from './test/browser/chromium.ts';
import { commands } from './test/screens/commands.ts';

const inBrowser = '{test,docs}/**/*.browser.spec.{ts,tsx}';
// These wait more than they compute: for processes, locks and other tabs.
const startProcesses = [
  'test/{browser,cli,node}/**/*.spec.ts',
  'test/model/terminal.spec.ts',
  'test/package/{check,install}.spec.ts',
];
// The playground and the docs: `npm run test:site`. They take as long as half of all other tests, and change less often.
const site = ['docs/playground/playground.spec.ts', 'test/package/{playwright,site}.spec.ts'];
const crowded = 'test/cli/one-login.spec.ts';

/** Starts with those that wait, so that the others have something to fill the time with. */
class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isWaiting = ({ project }: TestSpecification) => project.name === 'processes';
    return (await super.sort(files)).toSorted((one, other) => Number(isWaiting(other)) - Number(isWaiting(one)));
  }
}

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    isolate: false,
    maxWorkers: 3,
    sequence: { sequencer: WaitingFirst },
    tags: [
      {
        name: 'exhaustive',
        description:
          'What is like something else that is tested, or up to the tools: left to `npm run test:full`, which CI runs.',
      },
    ],
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
        },
      },
      { extends: true, test: { name: 'site', include: site, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'crowd', include: [crowded], sequence: { groupOrder: 1 } } },
    ],
  },
});
