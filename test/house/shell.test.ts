// Nothing builds a line for a shell from a path, nor takes a path for an address.
import { describe, expect, test } from 'vitest';
import { scriptFaults, shellFaults } from './shell.ts';
import { filesBelow, sourceOf, sourcesBelow, textOf } from './source.ts';

/** It shows that a quoted path comes through a shell. */
const SHOWS_QUOTING = 'test/runtime/shell-word.test.ts';

test('no source builds a line for a shell', () => {
  const sources = sourcesBelow('src', 'test', 'bench', 'bin', 'tools', 'examples');
  const others = sources.filter(({ path }) => path !== SHOWS_QUOTING && path !== 'test/house/shell.test.ts');
  expect(others.length).toBe(sources.length - 2);
  expect(others.flatMap(shellFaults)).toEqual([]);
});

test('no script leaves an expansion without quotes', () => {
  const scripts = ['.ci/run', ...filesBelow('.').filter((path) => path.endsWith('.sh'))];
  expect(scripts.flatMap((path) => scriptFaults(path, textOf(path)))).toEqual([]);
  const { scripts: commands } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  expect(Object.entries(commands).flatMap(([name, line]) => scriptFaults(name, line))).toEqual([]);
});

describe('the checker', () => {
  const faultsOf = (text: string) => {
    const source = sourceOf('a.ts', `import { spawn, execFileSync } from 'node:child_process';\n${text}`);
    return shellFaults(source).map((fault) => fault.replace(/^a\.ts:\d+: /, ''));
  };
  const BUILT = 'what a shell reads is written down, not built';
  const APART = 'a program is started with its arguments apart: no exec, and functions imported by name';

  test.each([
    ["import { execSync } from 'node:child_process';", APART],
    ["import { exec as run } from 'child_process';", APART],
    ["import * as programs from 'node:child_process';", APART],
    ["const cp = await import('node:child_process'); cp.execSync(line);", APART],
    ["const cp = require('child_process');", APART],
    ["export { exec } from 'node:child_process';", APART],
    ["spawn('ls', [dir], { shell: true });", 'a program is started without a shell'],
    ["spawn('ls', [dir], { shell: '/bin/bash' });", 'a program is started without a shell'],
    [`execFileSync('sh', ['-c', \`ls \${dir}\`]);`, BUILT],
    ["execFileSync('/bin/bash', ['-c', 'ls ' + dir]);", BUILT],
    [`spawn('unshare', ['sh', '-ec', \`ls \${dir}\`]);`, BUILT],
    [`execFileSync('bash', ['-lc', \`ls \${dir}\`]);`, BUILT],
    [`execFileSync('bash', ['-e', '-c', \`ls \${dir}\`]);`, BUILT],
    [`const args = ['-c', \`ls \${dir}\`]; execFileSync('sh', args);`, BUILT],
    [`const SH = 'sh'; const args = ['-c', line]; spawn(SH, [...args, dir]);`, BUILT],
    [`const line = \`ls \${dir}\`; spawn('unshare', ['-m', 'sh', '-c', line]);`, BUILT],
    [`{ const args = ['-v']; f(args); } { const args = ['-c', line]; spawn('sh', args); }`, BUILT],
    ["spawn('node', line.split(' '));", 'arguments are given apart, not split from a line'],
    ["spawn('node', ['a.ts', ...line.split(' ')]);", 'arguments are given apart, not split from a line'],
    ["read(new URL('./a b', import.meta.url).pathname);", 'a path comes from an address by fileURLToPath'],
    ["const at = new URL('.', import.meta.url); read(at.pathname);", 'a path comes from an address by fileURLToPath'],
    [`import(\`file://\${path}\`);`, 'an address comes from a path by pathToFileURL'],
    ["import('file://' + path);", 'an address comes from a path by pathToFileURL'],
  ])('finds %s', (text, what) => {
    expect(faultsOf(text)).toEqual([what]);
  });

  test.each([
    "execFileSync('sh', ['-c', 'ls \"$0\"', dir]);",
    "const args = ['-ec', 'ls \"$0\"', dir]; execFileSync('sh', args); spawn('tar', ['-xzc', dir]);",
    "type X = import('node:child_process').ChildProcess;",
    "const LINE = `ls \"$0\"`; spawn('unshare', ['-m', 'sh', '-c', LINE, dir]);",
    `spawn('python3', ['-c', \`print(\${n})\`]);`,
    "spawn('ls', [dir], { shell: false }); /a/.exec(text); name.split(' ');",
    'read(new URL(request.url, origin).pathname);',
  ])('lets %s pass', (text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  test('finds expansions that a shell would split', () => {
    expect(scriptFaults('a.sh', 'cd "$dir"\n# $x\nexec "$@" # $y\necho \'$z\'\ncd "$(dirname "$0")/.."')).toEqual([]);
    expect(scriptFaults('a.sh', 'cd $dir\necho "a" $(pwd) "b"')).toEqual([
      'a.sh:1: an expansion without quotes',
      'a.sh:2: an expansion without quotes',
    ]);
  });
});
