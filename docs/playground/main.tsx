import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../examples/shared/login.css';
import './style.css';
import { Playground } from './playground.tsx';

const target = document.querySelector('#playground');
if (target) {
  createRoot(target).render(
    <StrictMode>
      <Playground />
    </StrictMode>,
  );
}
