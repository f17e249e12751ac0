// A very cheap token endpoint, in a process of its own: bob signs in with his password alone, other users need a code.
import { createServer } from 'node:net';

const reply = (status: string, fields: object) => {
  const body = JSON.stringify(fields);
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

const token = 'YWJvdXQgYXMgbG9uZyBhcyBhIHRva2VuIG9mIEVUTkEncyBpcw=='.repeat(4);
const challenge = reply('202 Accepted', {
  State: 'Expecting',
  Step: 'VerificationCode',
  Token: token,
  Reason: 'The code was sent by SMS',
});
const session = reply('200 OK', { State: 'Succeeded', Step: 'BaseAuthentication', Token: token });

const server = createServer({ noDelay: true }, (socket) => {
  let unread = '';
  socket.on('data', (chunk) => {
    unread += chunk.toString('latin1');
    for (let end = unread.indexOf('\r\n\r\n'); end >= 0; end = unread.indexOf('\r\n\r\n')) {
      const isEnough = /^(verificationcode:|username: bob)/im.test(unread.slice(0, end));
      unread = unread.slice(end + 4);
      socket.write(isEnough ? session : challenge);
    }
  });
  socket.on('error', () => {});
});

server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('disconnect', () => process.exit());
