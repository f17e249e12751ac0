import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Playground } from './playground.tsx';

const target = document.querySelector('#playground');
if (target) {
  createRoot(target).render(
    <StrictMode>
      <Playground />
    </StrictMode>,
  );
}
