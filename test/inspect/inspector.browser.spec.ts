import { createBrowserInspector } from '@statelyai/inspect';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { redactedInspect } from '../../src/inspect/index.ts';
import { canaries, endings, signInWatched } from './watched-login.ts';

// Stands for https://stately.ai/inspect: says that it is there, and hands back what it is sent. It says so again and again, since an
// inspector that hears it before the frame is loaded loses what it had to tell.
const page = `<script>
  addEventListener('message', ({ data }) => parent.postMessage({ received: JSON.stringify(data) }, '*'));
  setInterval(() => parent.postMessage({ type: '@statelyai.connected' }, '*'), 50);
</script>`;

// The inspector tells what it saw when the page is idle. Chromium lets that wait for many seconds in some pages of tests.
beforeEach(() => void vi.stubGlobal('requestIdleCallback', queueMicrotask));
afterEach(() => void vi.unstubAllGlobals());

it.each(Object.entries(endings))(
  'an inspector in a page sees a login end with %s, and no more than that',
  async (_, ending) => {
    const received: string[] = [];
    const loaded = Promise.withResolvers<void>();
    const listen = ({ data, source }: MessageEvent) => {
      if (source !== iframe.contentWindow) return;
      loaded.resolve();
      if (data.received) received.push(data.received);
    };
    addEventListener('message', listen);
    const iframe = document.body.appendChild(document.createElement('iframe'));
    const inspector = createBrowserInspector({ iframe, url: `data:text/html,${encodeURIComponent(page)}` });
    // The inspector also hears a frame of the test before, and would then tell this one before it can listen.
    await loaded.promise;
    const auth = await signInWatched(ending.answer, { inspect: redactedInspect(inspector.inspect) });
    onTestFinished(() => {
      inspector.stop();
      iframe.remove();
      removeEventListener('message', listen);
      auth.actor.stop();
    });
    await expect
      .poll(() => received.map((text) => JSON.parse(text)).findLast(({ snapshot }) => snapshot?.value)?.snapshot.value)
      .toBe(ending.state);
    expect(received.join('\n')).toContain('requestingToken');
    for (const canary of Object.values(canaries)) expect(received.join('\n')).not.toContain(canary);
  },
);
