// What the product is made of: one version and one hash a package, a licence for each, and a bill of materials (S29).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
// @ts-expect-error It is plain JavaScript, so that it runs before anything is installed.
import * as supply from '../../tools/supply.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { manifest, lock } = supply.readProject(ROOT);

/** The lock file with one package changed. */
function lockWith(change: object) {
  const place = 'node_modules/zod';
  return { ...lock, packages: { ...lock.packages, [place]: { ...lock.packages[place], ...change } } };
}

describe('the lock file (S29)', () => {
  it('names one version and one hash for each package', () => {
    expect(supply.lockFaults(manifest, lock)).toEqual([]);
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
  });

  it('is refused with a package without a hash, from git, of another server, or as a folder', () => {
    const faultsOf = (change: object) => supply.lockFaults(manifest, lockWith(change));
    expect(faultsOf({ integrity: undefined })).toEqual(['node_modules/zod has no SHA-512']);
    expect(faultsOf({ integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' })).toEqual(['node_modules/zod has no SHA-512']);
    const fromGit = 'git+ssh://git@example.test/zod.git#0123';
    expect(faultsOf({ resolved: fromGit })).toEqual(['node_modules/zod comes from git+ssh://, not from a registry']);
    const plain = 'http://example.test/zod.tgz';
    expect(faultsOf({ resolved: plain })).toEqual(['node_modules/zod comes from http://, not from a registry']);
    expect(faultsOf({ link: true })).toEqual(['node_modules/zod is a folder of its own']);
  });

  it('is refused with a package that runs a script of its own when it is installed, and nobody looked at', () => {
    expect(supply.lockFaults(manifest, lockWith({ hasInstallScript: true }))).toEqual([
      'node_modules/zod runs a script of its own',
    ]);
  });

  it('is refused where package.json allows more than one version, or another', () => {
    const { zod } = manifest.dependencies;
    const given = (version: string) => ({ ...manifest, dependencies: { ...manifest.dependencies, zod: version } });
    expect(supply.lockFaults(given(`^${zod}`), lock)).toContain(`zod is not pinned: ^${zod}`);
    expect(supply.lockFaults(given('1.0.0'), lock)).toEqual([`zod is 1.0.0 in package.json, ${zod} in the lock file`]);
  });
});

describe('an installation (S29)', () => {
  const read = (name: string) => readFileSync(`${ROOT}/${name}`, 'utf8');

  it('takes what the lock file names, and in the image runs no script of a package', () => {
    for (const name of ['Dockerfile', '.ci/run']) {
      expect(read(name)).toMatch(/npm ci/);
      expect(read(name)).not.toMatch(/npm (i|install|update)\b/);
    }
    expect(read('Dockerfile')).toContain('npm ci --omit=dev --ignore-scripts');
  });

  it('writes down exact versions', () => {
    expect(read('.npmrc')).toMatch(/^save-exact=true$/m);
  });
});

describe('licences (S29)', () => {
  it('are known and accepted, of every package', () => {
    expect(supply.licenceFaults(supply.licences(lock, ROOT))).toEqual([]);
  });

  it('are refused where there is none, or one that asks for more than notices', () => {
    const faultsOf = (licence: string | null) => supply.licenceFaults(new Map([['node_modules/it', licence]]));
    expect(faultsOf(null)).toEqual(['node_modules/it has no licence']);
    expect(faultsOf('AGPL-3.0-only')).toEqual(['node_modules/it has the licence AGPL-3.0-only']);
    expect(faultsOf('(MIT AND GPL-2.0)')).toHaveLength(1);
    expect(faultsOf('(MIT OR GPL-2.0)')).toEqual([]);
    expect(faultsOf('UNLICENSED')).toHaveLength(1);
  });
});

describe('the bill of materials (S29)', () => {
  it('names each package of the product with its version, hash and licence, in CycloneDX', () => {
    const { bomFormat, metadata, components } = supply.billOfMaterials(ROOT);
    expect([bomFormat, metadata.component.name]).toEqual(['CycloneDX', 'hesabu']);
    const named = new Set(
      components.map(({ name, version }: { name: string; version: string }) => `${name}@${version}`),
    );
    for (const [name, version] of Object.entries(manifest.dependencies)) expect(named).toContain(`${name}@${version}`);
    const bare = components.filter(
      (one: { purl?: string; hashes?: unknown[]; licenses?: unknown[] }) =>
        one.purl === undefined || one.hashes?.length !== 1 || one.licenses?.length !== 1,
    );
    expect(bare).toEqual([]);
    const forTests = Object.keys(manifest.devDependencies).filter((name) => lock.packages[`node_modules/${name}`].dev);
    expect(forTests).toContain('vitest');
    for (const name of forTests) {
      expect(components.map((one: { name: string }) => one.name)).not.toContain(name);
    }
  });
});
