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
