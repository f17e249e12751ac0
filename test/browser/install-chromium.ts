import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The browser that the tests run in: Debian's, or one of your own. */
export const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** A page of a test calls nobody but the test. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

if (import.meta.main && !existsSync(chromium)) install();

function install(): void {
  console.log(`There is no ${chromium}: installing Debian's package "chromium" to test in a real browser.`);
  const root = process.getuid?.() === 0;
  const run = (...command: string[]) => {
    const [program = '', ...args] = root ? command : ['sudo', '-n', ...command];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // Its progress is of interest only where it fails.
    execFileSync(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  try {
    run('apt-get', 'update', '-qq');
    run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium');
  } catch {
    console.error(`That failed. Install Chromium by hand, and set CHROMIUM_PATH where it is not ${chromium}.`);
    process.exitCode = 1;
  }
}
