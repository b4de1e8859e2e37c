// Where the thread of an executor begins. V8 keeps the compiled code of what is loaded from here on, for later threads
// and processes; a thread has to ask for that itself, before it loads anything.

import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./thread-calls.ts');
