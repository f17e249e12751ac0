import { describe, expect, it } from 'vitest';
import { createEmulator } from '../../src/testing/index.ts';
import { call, callWith, loginAs } from './client.ts';

const denied = { status: 401, body: { Message: 'Authorization has been denied for this request.' } };

async function signedIn(username = 'bob') {
  const emulator = createEmulator();
  const { token } = await loginAs(emulator, username).begin();
  const get = (path: string) => callWith(emulator, token, path);
  return { emulator, token, get };
}

describe('the calls after the login', () => {
  it('return the signed-in user', async () => {
    const { get } = await signedIn();
    expect((await get('/v1.0/users/@me/info')).body).toEqual({
      UserId: 1002,
      FirstName: 'Bob',
      LastName: 'Password',
      Login: 'bob',
      Email: '',
    });
  });

  it('return what is known of a user without a name', async () => {
    const emulator = createEmulator({ users: [{ username: 'trader', password: 'trader-demo' }] });
    const { token } = await loginAs(emulator, 'trader').begin();
    expect((await callWith(emulator, token, '/v1.0/users/@me/info')).body).toMatchObject({
      FirstName: '',
      LastName: '',
      Login: 'trader',
    });
  });

  it('list the accounts', async () => {
    const { get } = await signedIn();
    expect((await get('/v1.0/users/@me/accounts')).body).toEqual([
      { Id: 10020, ClearingAccount: 'DEMO1002', MarginType: 'Cash', Enabled: true },
    ]);
  });

  it('accept the user’s number, and deny another user like an expired token', async () => {
    const { get } = await signedIn();
    expect((await get('/v1.0/users/1002/info')).status).toBe(200);
    expect(await get('/v1.0/users/1001/info')).toMatchObject(denied);
    expect(await get('/v1.0/users/1001/accounts')).toMatchObject(denied);
    expect((await get('/v1.0/users/@me/info')).status).toBe(200);
  });

  it.each(['/v1.0/users/@me/info', '/v1.0/users/@me/accounts'])('deny %s without a live token', async (path) => {
    const emulator = createEmulator();
    expect(await call(emulator, path, {}, 'GET')).toMatchObject(denied);
    expect(await callWith(emulator, 'bm9wZQ==', path)).toMatchObject(denied);
  });

  it('check the application key first', async () => {
    const { emulator, token } = await signedIn();
    const headers = { Authorization: `Bearer ${token}`, 'Et-App-Key': 'another' };
    expect((await call(emulator, '/v1.0/users/@me/info', headers, 'GET')).body).toEqual({
      error: 'Application key is not defined or does not exist',
    });
  });

  it('end the one session that logs out', async () => {
    const { emulator, token, get } = await signedIn();
    const { token: other } = await loginAs(emulator, 'bob').begin();
    expect((await callWith(emulator, token, '/logout', 'POST')).status).toBe(200);
    expect(await get('/v1.0/users/@me/info')).toMatchObject(denied);
    expect(await callWith(emulator, token, '/logout', 'POST')).toMatchObject(denied);
    expect((await callWith(emulator, other, '/v1.0/users/@me/info')).status).toBe(200);
  });

  it('can be expired, for one user or for all', async () => {
    const { emulator, get } = await signedIn();
    emulator.expireSessions('alice');
    expect((await get('/v1.0/users/@me/info')).status).toBe(200);
    emulator.expireSessions('bob');
    expect(await get('/v1.0/users/@me/info')).toMatchObject(denied);
    const { token } = await loginAs(emulator, 'bob').begin();
    emulator.expireSessions();
    expect(await callWith(emulator, token, '/v1.0/users/@me/info')).toMatchObject(denied);
  });
});

describe('the paths', () => {
  it('reply with 405 to any method of /token but POST', async () => {
    const { status, headers, body } = await call(createEmulator(), '/token', {}, 'GET');
    expect(status).toBe(405);
    expect(headers.get('Allow')).toBe('POST');
    expect(body).toEqual({ Message: "The requested resource does not support http method 'GET'." });
  });

  it('reply with the page of a web server to unknown paths', async () => {
    const response = await createEmulator().fetch('https://etna.test/api/tokens', { method: 'POST' });
    expect(response.status).toBe(404);
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toMatch(/^<!DOCTYPE html>/);
  });

  it.each(['/trader', '/trader/', 'trader'])('begin with the base path %s', async (basePath) => {
    const emulator = createEmulator({ basePath });
    expect(emulator.basePath).toBe('/trader');
    expect((await loginAs(emulator, 'bob').begin()).status).toBe(200);
    expect((await emulator.fetch('https://etna.test/token', { method: 'POST' })).status).toBe(404);
  });
});

describe('a page of another origin', () => {
  it('may send the headers of the protocol, and caches the preflight for two hours', async () => {
    const emulator = createEmulator();
    const { status, headers } = await emulator.fetch('https://etna.test/api/token', {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://terminal.test',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,et-app-key,password,pincode,username,verificationcode',
      },
    });
    expect(status).toBe(204);
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Access-Control-Allow-Methods')).toContain('POST');
    expect(headers.get('Access-Control-Max-Age')).toBe('7200');
    expect(headers.get('Access-Control-Allow-Headers')?.toLowerCase().split(',')).toEqual(
      expect.arrayContaining(['authorization', 'et-app-key', 'password', 'pincode', 'username', 'verificationcode']),
    );
    expect(emulator.requests).toEqual([]);
  });

  it.each(['/token', '/v1.0/users/@me/info', '/nowhere'])('may read the reply of %s', async (path) => {
    const { headers } = await createEmulator().fetch(`https://etna.test/api${path}`, { method: 'POST' });
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Access-Control-Expose-Headers')).toBe('Retry-After');
  });
});
