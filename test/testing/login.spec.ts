import { describe, expect, it } from 'vitest';
import { createEmulator } from '../../src/testing/index.ts';
import { call, callWith, loginAs } from './client.ts';

const anyToken = expect.stringMatching(/^(?=.*\+)(?=.*\/)[A-Za-z0-9+/]{86}==$/);
const corruptedTicket = { State: 'Failed', Step: 'VerificationCode', Reason: 'Corrupted ticket' };
const codeRequest = {
  State: 'Expecting',
  Step: 'VerificationCode',
  Reason: 'Expecting confirmation code',
  Token: anyToken,
};
const pinRequest = { State: 'Expecting', Step: 'SecutityPin', Reason: 'Invalid pin', Token: anyToken };
const success = { State: 'Succeeded', Token: anyToken };

describe('a login', () => {
  it('succeeds at once for a user with a password only', async () => {
    const emulator = createEmulator();
    const reply = await loginAs(emulator, 'bob').begin();
    expect(reply).toMatchObject({ status: 200, body: success });
    expect((await callWith(emulator, reply.token, '/v1.0/users/@me/info')).body).toMatchObject({ Login: 'bob' });
  });

  it('requires the code that was sent by SMS', async () => {
    const emulator = createEmulator();
    const alice = loginAs(emulator, 'alice');
    const asked = await alice.begin();
    expect(asked).toMatchObject({ status: 202, body: codeRequest });
    expect(emulator.inbox('alice')).toEqual([
      { to: '+1 202 555 0100', channel: 'sms', code: expect.stringMatching(/^\d{6}$/), sentAt: expect.any(Number) },
    ]);
    expect(await alice.code(asked.token, alice.newestCode())).toMatchObject({ status: 200, body: success });
  });

  it('requires the code, then the PIN', async () => {
    const emulator = createEmulator();
    const carol = loginAs(emulator, 'carol');
    const first = await carol.begin();
    expect(first.body).toEqual(codeRequest);
    expect(emulator.inbox('carol')).toMatchObject([{ to: 'carol@etna.test', channel: 'email' }]);
    const second = await carol.code(first.token, carol.newestCode());
    expect(second).toMatchObject({ status: 202, body: pinRequest });
    expect(await carol.pin(second.token, '2468')).toMatchObject({ status: 200, body: success });
  });

  it('requires the PIN, then the code, and sends the code only then', async () => {
    const emulator = createEmulator();
    const dave = loginAs(emulator, 'dave');
    const first = await dave.begin();
    expect(first.body).toEqual({ ...pinRequest, PersonalPhrase: 'purple heron' });
    expect(emulator.inbox('dave')).toEqual([]);
    const second = await dave.pin(first.token, '1357');
    expect(second.body).toEqual(codeRequest);
    expect(await dave.code(second.token, dave.newestCode())).toMatchObject({ status: 200, body: success });
  });

  it('stops at a PIN that was never set', async () => {
    expect(await loginAs(createEmulator(), 'frank').begin()).toMatchObject({
      status: 202,
      body: { State: 'Expecting', Reason: 'PIN code is not init', ConfirmationToken: anyToken },
    });
  });

  it('gives each session its own token, all of them valid', async () => {
    const emulator = createEmulator();
    const first = await loginAs(emulator, 'bob').begin();
    const second = await loginAs(emulator, 'bob').begin();
    expect(second.token).not.toBe(first.token);
    expect((await callWith(emulator, first.token, '/v1.0/users/@me/info')).status).toBe(200);
    expect((await callWith(emulator, second.token, '/v1.0/users/@me/info')).status).toBe(200);
  });
});

describe('a refusal of', () => {
  const invalidCredentials = { State: 'Failed', Step: 'BaseAuthentication', Reason: 'Invalid credentials' };

  it.each([{}, { 'Et-App-Key': 'another' }])('a program without the application key: %o', async (headers) => {
    const emulator = createEmulator();
    const response = await emulator.fetch('https://etna.test/api/token', { method: 'POST', headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: 'Application key is not defined or does not exist' });
  });

  it.each([
    ['a wrong password', { Username: 'bob', Password: 'Bob-demo' }],
    ['an unknown user', { Username: 'zoe', Password: 'bob-demo' }],
    ['no password', { Username: 'bob' }],
    ['nothing at all', {}],
  ])('%s', async (_, headers) => {
    expect(await call(createEmulator(), '/token', headers)).toMatchObject({ status: 401, body: invalidCredentials });
  });

  it('an expired password, with a token that is not a session', async () => {
    const emulator = createEmulator();
    const { status, body } = await loginAs(emulator, 'erin').begin();
    expect(status).toBe(401);
    expect(body).toEqual({
      State: 'Failed',
      Step: 'BaseAuthentication',
      Reason: 'Your Password has expired and must be changed',
      ConfirmationToken: anyToken,
    });
    expect((await callWith(emulator, String(body.ConfirmationToken), '/v1.0/users/@me/info')).status).toBe(401);
  });

  it('a second step that does not repeat the password', async () => {
    const emulator = createEmulator();
    const alice = loginAs(emulator, 'alice');
    const { token } = await alice.begin();
    const headers = { Authorization: `Bearer ${token}`, VerificationCode: alice.newestCode() };
    expect(await call(emulator, '/token', headers)).toMatchObject({ status: 401, body: invalidCredentials });
  });
});

describe('the interim token', () => {
  it.each([
    ['is missing', {}],
    ['is unknown', { Authorization: 'Bearer bm9wZQ==' }],
    ['is empty', { Authorization: 'Bearer ' }],
    ['comes under another scheme', { Authorization: 'Basic bm9wZQ==' }],
  ])('%s', async (_, headers) => {
    const alice = loginAs(createEmulator(), 'alice');
    await alice.begin();
    const reply = await alice.send({ ...headers, VerificationCode: alice.newestCode() });
    expect(reply).toMatchObject({ status: 401, body: corruptedTicket });
  });

  it('works once', async () => {
    const alice = loginAs(createEmulator(), 'alice');
    const { token } = await alice.begin();
    const code = alice.newestCode();
    expect((await alice.code(token, code)).status).toBe(200);
    expect((await alice.code(token, code)).body).toEqual(corruptedTicket);
  });

  it('works for its own user only, and still does after another user has tried', async () => {
    const emulator = createEmulator();
    const alice = loginAs(emulator, 'alice');
    const { token } = await alice.begin();
    expect((await loginAs(emulator, 'carol').code(token, alice.newestCode())).body).toEqual(corruptedTicket);
    expect((await alice.code(token, alice.newestCode())).status).toBe(200);
  });

  it('is not a session', async () => {
    const emulator = createEmulator();
    const { token } = await loginAs(emulator, 'alice').begin();
    expect(await callWith(emulator, token, '/v1.0/users/@me/info')).toMatchObject({
      status: 401,
      body: { Message: 'Authorization has been denied for this request.' },
    });
  });

  it('expires with its code when the user starts again, and the new ones work', async () => {
    const codes = ['111111', '222222'];
    const alice = loginAs(createEmulator({ createCode: () => codes.shift() ?? '' }), 'alice');
    const { token: former } = await alice.begin();
    const { token } = await alice.begin();
    expect((await alice.code(former, '111111')).body).toEqual(corruptedTicket);
    expect((await alice.code(former, '222222')).body).toEqual(corruptedTicket);
    const { body, token: again } = await alice.code(token, '111111');
    expect(body).toMatchObject({ State: 'Expecting', Reason: 'Invalid verification code' });
    expect((await alice.code(again, '222222')).status).toBe(200);
  });

  it('survives a new login of another user', async () => {
    const emulator = createEmulator();
    const alice = loginAs(emulator, 'alice');
    const { token } = await alice.begin();
    await loginAs(emulator, 'carol').begin();
    expect((await alice.code(token, alice.newestCode())).status).toBe(200);
  });

  it('can be expired', async () => {
    const emulator = createEmulator();
    const [alice, carol] = [loginAs(emulator, 'alice'), loginAs(emulator, 'carol')];
    const [{ token: hers }, { token: other }] = [await alice.begin(), await carol.begin()];
    emulator.expireTickets('alice');
    expect((await alice.code(hers, alice.newestCode())).body).toEqual(corruptedTicket);
    expect((await carol.code(other, carol.newestCode())).status).toBe(202);
  });
});

describe('a wrong code', () => {
  it('is requested again, with a new interim token and the same code', async () => {
    const alice = loginAs(createEmulator({ createCode: () => '123456' }), 'alice');
    const { token: first } = await alice.begin();
    const again = await alice.code(first, '654321');
    expect(again).toMatchObject({ status: 202, body: { ...codeRequest, Reason: 'Invalid verification code' } });
    expect((await alice.code(first, '123456')).body).toEqual(corruptedTicket);
    expect((await alice.code(again.token, '123456')).status).toBe(200);
  });

  it('ends the login with wrongCode refuse', async () => {
    const alice = loginAs(createEmulator({ createCode: () => '123456', wrongCode: 'refuse' }), 'alice');
    const { token } = await alice.begin();
    expect(await alice.code(token, '654321')).toMatchObject({
      status: 401,
      body: { State: 'Failed', Step: 'VerificationCode', Reason: 'Invalid verification code' },
    });
    expect((await alice.code(token, '123456')).body).toEqual(corruptedTicket);
  });
});

describe('a wrong PIN', () => {
  const users = [{ username: 'pia', password: 'pia-demo', pin: '2468' }];

  it('is requested again, with a new interim token', async () => {
    const pia = loginAs(createEmulator({ users }), 'pia');
    const { token: first } = await pia.begin();
    const again = await pia.pin(first, '0000');
    expect(again).toMatchObject({ status: 202, body: pinRequest });
    expect((await pia.pin(first, '2468')).body).toEqual(corruptedTicket);
    expect((await pia.pin(again.token, '2468')).status).toBe(200);
  });

  it('ends the login with wrongCode refuse', async () => {
    const pia = loginAs(createEmulator({ users, wrongCode: 'refuse' }), 'pia');
    const { token } = await pia.begin();
    expect(await pia.pin(token, '0000')).toMatchObject({
      status: 401,
      body: { State: 'Failed', Step: 'SecutityPin', Reason: 'Invalid pin', ConfirmationToken: '' },
    });
    expect((await pia.pin(token, '2468')).body).toEqual(corruptedTicket);
  });

  it('includes one in the header of the code', async () => {
    const pia = loginAs(createEmulator({ users }), 'pia');
    const { token } = await pia.begin();
    expect((await pia.code(token, '2468')).body).toEqual(pinRequest);
  });
});

describe('a non-ASCII name or password', () => {
  const byteString = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));
  const users = [
    { username: 'юлия', password: 'пароль' },
    { username: 'zoë', password: 'café' },
    { username: 'sam', password: ' blank at both ends ' },
  ];
  const attempt = async (username: string, password: string) =>
    (await loginAs(createEmulator({ users }), username, password).begin()).status;

  it('is read as UTF-8', async () => {
    expect(await attempt(byteString('юлия'), byteString('пароль'))).toBe(200);
  });

  it('is read as Latin-1 if it is not UTF-8', async () => {
    expect(await attempt('zoë', 'café')).toBe(200);
  });

  it('keeps a byte order mark, which is part of a password like any other character', async () => {
    expect(await attempt(byteString('юлия'), byteString('\uFEFFпароль'))).toBe(401);
  });

  it('is compared as it arrives, without the spaces that HTTP trims', async () => {
    expect(await attempt('sam', ' blank at both ends ')).toBe(401);
  });
});
