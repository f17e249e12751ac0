import { afterEach, describe, expect, it, vi } from 'vitest';
import { explain } from '../../src/messages.ts';
import { failureOf, loginAt } from './sign-in.ts';

afterEach(() => void vi.unstubAllEnvs());

describe('if the server cannot be reached and a proxy is set', () => {
  it.each(['HTTPS_PROXY', 'https_proxy'])('that Node does not use it is said, for %s', async (name) => {
    vi.stubEnv(name, 'http://proxy.test:3128');
    const failure = failureOf(await loginAt('https://127.0.0.1:45999'));
    expect(failure).toMatchObject({
      code: 'network',
      detail: expect.stringContaining(`; ${name} is set, but Node uses it`),
    });
    expect(explain(failure)).toContain('nothing is listening at this address');
    expect(explain(failure)).toContain('NODE_USE_ENV_PROXY=1');
  });

  it('the message says that it was used', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.test:3128');
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    const { detail } = failureOf(await loginAt('https://127.0.0.1:45999'));
    expect(detail).toContain('the request went to the proxy in HTTPS_PROXY');
  });

  it('https also takes the one for http', async () => {
    vi.stubEnv('HTTP_PROXY', 'http://proxy.test:3128');
    expect(failureOf(await loginAt('https://127.0.0.1:45999')).detail).toContain('; HTTP_PROXY is set');
  });

  it('an empty variable in lower case overrules the other one', async () => {
    vi.stubEnv('https_proxy', '');
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.test:3128');
    expect(failureOf(await loginAt('https://127.0.0.1:45999')).detail).not.toContain('PROXY');
  });

  it.each([
    ['LOCALHOST', 'https://localhost:45999'],
    ['*.0.0.1', 'https://127.0.0.1:45999'],
    ['[::1]:45999', 'https://[::1]:45999'],
    ['127.0.0.1:443', 'https://127.0.0.1'],
  ])('NO_PROXY=%s excludes %s', async (hosts, address) => {
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.test:3128');
    vi.stubEnv('NO_PROXY', hosts);
    expect(failureOf(await loginAt(address)).detail).not.toContain('PROXY');
  });

  it.each(['127.0.0.1', '*', 'other.test, 127.0.0.1', 'other.test 127.0.0.1', '127.0.0.1:45999'])(
    'it is no explanation for what NO_PROXY excludes: %s',
    async (hosts) => {
      vi.stubEnv('HTTPS_PROXY', 'http://proxy.test:3128');
      vi.stubEnv('NO_PROXY', hosts);
      expect(failureOf(await loginAt('https://127.0.0.1:45999')).detail).not.toContain('PROXY');
    },
  );

  it.each(['other.test,*', '127.0.0.1:1', '* '])('it is one for what NO_PROXY does not exclude: %s', async (hosts) => {
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.test:3128');
    vi.stubEnv('NO_PROXY', hosts);
    expect(failureOf(await loginAt('https://127.0.0.1:45999')).detail).toContain('HTTPS_PROXY');
  });

  it('the message does not mention it if the program passes its own fetch', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.test:3128');
    const state = await loginAt('https://127.0.0.1:45999', { fetch: (...request) => fetch(...request) });
    expect(failureOf(state).detail).not.toContain('PROXY');
  });
});
