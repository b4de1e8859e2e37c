// What the launcher starts under Node 24: runs an entry file, and ends with the launcher, whatever ends that.
// usage: child.js ENTRY ARGUMENTS..., with one end of a pipe as descriptor 3 whose other end only the launcher has.
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { isMainThread, Worker } from 'node:worker_threads';

const PARENT = 3;

if (isMainThread) {
  // In a thread of its own: the main one may be at work for minutes without a look at what happened. Neither the thread
  // nor the pipe keeps a process open that has nothing more to do.
  new Worker(new URL('./child.js', import.meta.url)).unref();
  process.argv.splice(1, 1);
  await import(pathToFileURL(process.argv[1]).href);
} else {
  // The system closes the pipe with the launcher. One that was killed asked for no more than that this ends too, so it
  // ends as by the same signal: port and lock are free at once, and the next start sees to the rest.
  const endToo = () => process.kill(process.pid, 'SIGKILL');
  new Socket({ fd: PARENT, readable: true, writable: false }).on('error', endToo).on('close', endToo).resume();
}
