import { describe, expect, it } from 'vitest';
import { failureOf, loginAt } from './sign-in.ts';

const baseUrl = 'https://etna.example/api';

/** A runtime that answers as told, and what it was asked. */
function runtime(answer: () => Response | Promise<Response>) {
  const asked: Request[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    asked.push(input instanceof Request ? input : new Request(input, init));
    return answer();
  };
  return { asked, fetch };
}

const succeeded = () => Response.json({ State: 'Succeeded', Token: 'c2Vzc2lvbg==' });

it('a request asks the runtime for no cookies, no cache, no referrer and no redirects', async () => {
  const { asked, fetch } = runtime(succeeded);
  await loginAt(baseUrl, { fetch });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    method: 'POST',
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    redirect: 'manual',
  });
});

it('a redirect that a browser hides is refused, and leads nobody knows where', async () => {
  const hidden = () => Object.defineProperty(Response.json({}), 'type', { value: 'opaqueredirect' });
  const failure = failureOf(await loginAt(baseUrl, { fetch: runtime(hidden).fetch }));
  expect(failure).toMatchObject({ code: 'redirected', detail: null });
});

it.each([300, 304, 399])('a %i is a redirect', async (status) => {
  const { fetch } = runtime(() => new Response(null, { status }));
  expect(failureOf(await loginAt(baseUrl, { fetch })).code).toBe('redirected');
});

describe('what a runtime throws is told by its code', () => {
  it.each<[string, unknown, string | null]>([
    [
      'below its own error',
      new TypeError('fetch failed', { cause: Object.assign(new Error('alice-demo'), { code: 'ENOTFOUND' }) }),
      'ENOTFOUND',
    ],
    ['which is none where it is a number', new DOMException('alice-demo', 'NetworkError'), null],
    ['which is none where there is none', new TypeError('alice-demo'), null],
    ['which is none where it is no error', 'alice-demo', null],
    ['which is none where it is nothing', null, null],
  ])('%s', async (_, thrown, detail) => {
    const { fetch } = runtime(() => Promise.reject(thrown));
    expect(failureOf(await loginAt(baseUrl, { fetch }))).toMatchObject({ code: 'network', detail });
  });
});
