/**
 * The browser that the tests run in: one of your own, or Debian's Chromium without windows, which opens a page in half the
 * time of the one that could have some.
 */
export const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium-headless-shell';

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
