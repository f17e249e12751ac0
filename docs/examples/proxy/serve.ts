// ETNA_BASE_URL=https://pub-api-et-demo-prod.etnasoft.us/api ETNA_APP_KEY=… node serve.ts
import { serve } from '@hono/node-server';
import { createProxy } from './proxy.ts';

const { ETNA_BASE_URL: upstream, ETNA_APP_KEY: appKey, PORT = '8090' } = process.env;
if (!upstream || !appKey) throw new Error('Set ETNA_BASE_URL and ETNA_APP_KEY.');
serve({ fetch: createProxy({ upstream, appKey }).fetch, hostname: '127.0.0.1', port: Number(PORT) }, ({ port }) =>
  console.log(`The API is at http://127.0.0.1:${port}/etna, for pages of that origin.`),
);
