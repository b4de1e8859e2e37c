// The launcher starts this file under Node 24: it runs an entry file, and ends with the launcher, however that ends.
// usage: child.js ENTRY ARGUMENTS..., with descriptor 3 as one end of a pipe; only the launcher has the other end.
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { isMainThread, Worker } from 'node:worker_threads';

const PARENT = 3;

if (isMainThread) {
  // In a thread of its own, because the main thread may be busy for minutes. Neither the thread nor the pipe keeps the
  // process alive once its work is done.
  new Worker(new URL('./child.js', import.meta.url)).unref();
  process.argv.splice(1, 1);
  await import(pathToFileURL(process.argv[1]).href);
} else {
  // The system closes the pipe when the launcher ends. A killed launcher means that this process is killed too: port
  // and lock are free at once, and the next start recovers.
  const endToo = () => process.kill(process.pid, 'SIGKILL');
  new Socket({ fd: PARENT, readable: true, writable: false }).on('error', endToo).on('close', endToo).resume();
}
