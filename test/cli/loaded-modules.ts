// Loaded before the program: writes to stderr which packages and how many modules it has loaded by its end.
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const urls = new Set<string>();

if (isMainThread) {
  registerHooks({
    load(url, context, next) {
      urls.add(url);
      return next(url, context);
    },
  });
  process.on('exit', () => {
    const packages = [...urls].map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]);
    const named = [...new Set(packages)].filter((name) => name !== undefined).sort();
    process.stderr.write(`loaded ${JSON.stringify({ modules: urls.size, packages: named })}\n`);
  });
}
