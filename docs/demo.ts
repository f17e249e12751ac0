import * as prompts from '@clack/prompts';
import { type Conversation, createMonologue } from '../src/cli/conversation.ts';
import { createDialogue } from '../src/cli/dialogue.ts';
import { runLogin } from '../src/cli/login.ts';
import { messageLine, requestLine } from '../src/cli/printable.ts';
import { demoAppKey, type RunningEmulator, startEmulator } from '../src/testing/emulator/index.ts';

// The real command signs in to an emulator: interactively in a terminal, otherwise automatically.
const username = 'alice';
const password = 'alice-demo';

const interactive = process.stdin.isTTY === true && process.stderr.isTTY === true;
await using emulator = await startEmulator({
  onRequest: (request) => {
    if (!interactive) console.log(`request  ${requestLine(request)}`);
  },
});

process.exitCode = await runLogin(
  { baseUrl: emulator.baseUrl, appKey: demoAppKey, username, store: 'memory', ...(!interactive && { json: true }) },
  { conversation: interactive ? byHand(emulator) : byItself(emulator), interactive: true },
);

function byHand({ baseUrl, inbox, requests }: RunningEmulator): Conversation {
  const conversation = createDialogue(
    `An emulated ETNA Trader runs at ${baseUrl}. You are ${username}, password ${password}`,
  );
  let read = 0;
  return {
    ...conversation,
    answer(challenge, signal) {
      const messages = inbox(username).slice(read);
      read += messages.length;
      for (const message of messages) prompts.log.info(messageLine(message), { output: process.stderr });
      return conversation.answer(challenge, signal);
    },
    close(outcome) {
      const lines = requests.map(requestLine).join('\n');
      prompts.note(lines, 'What went over the wire', { format: (line) => line, output: process.stderr });
      conversation.close(outcome);
    },
  };
}

function byItself({ baseUrl, nextMessage }: RunningEmulator): Conversation {
  console.log(`server   an emulated ETNA Trader at ${baseUrl}`);
  return {
    ...createMonologue(),
    async ask(message) {
      console.log(`user     types at "${message}"`);
      return password;
    },
    async answer(challenge, signal) {
      const { to, code } = await nextMessage(username, { signal });
      console.log(`user     types the code from the SMS to ${to}, for ${challenge.step}`);
      return code;
    },
    show: ({ state }) => console.log(`state    ${state}`),
    note: (message) => console.log(`note     ${message}`),
    close: ({ message }) => console.log(`outcome  ${message}`),
  };
}
