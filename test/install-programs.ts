// Installs from Debian what the tests use beside Node's packages: a real browser, a real keyring, a real Redis, curl, and wrong clocks.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from './browser/chromium.ts';

const programs = {
  'chromium-headless-shell': chromium,
  dbus: '/usr/bin/dbus-run-session',
  'gnome-keyring': '/usr/bin/gnome-keyring-daemon',
  curl: '/usr/bin/curl',
  faketime: '/usr/bin/faketime',
  'redis-server': '/usr/bin/redis-server',
};

const missing = Object.entries(programs).filter(([, path]) => !existsSync(path));
if (missing.length > 0) install(missing.map(([name]) => name));

function install(packages: string[]): void {
  console.log(`The tests need Debian's ${packages.join(', ')}: installing.`);
  const root = process.getuid?.() === 0;
  const run = (...command: string[]) => {
    const [program = '', ...args] = root ? command : ['sudo', '-n', ...command];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // Its progress is of interest only where it fails.
    execFileSync(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  try {
    run('apt-get', 'update', '-qq');
    run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages);
  } catch {
    const paths = missing.map(([name, path]) => `${name} at ${path}`).join(', ');
    console.error(`That failed. Install by hand: ${paths}. CHROMIUM_PATH names a Chromium elsewhere.`);
    process.exitCode = 1;
  }
}
