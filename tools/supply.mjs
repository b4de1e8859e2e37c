// What the product is made of: checks the lock file and every package's licence, and writes the bill of materials.
//   node tools/supply.mjs            # checks, asks the registry for known weaknesses, prints one line each
//   node tools/supply.mjs sbom FILE  # writes a CycloneDX document of what runs in production
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Licences that ask for notices at most, or for the source of the files that they cover (MPL), as SPDX names them. */
const ACCEPTED = new Set([
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'MIT',
    'MIT-0',
    'MPL-2.0',
  ],
  ...['Python-2.0', 'Unlicense', 'Zlib'],
]);
/** Names of licences that are older than SPDX. */
const FORMER_NAMES = { 'MIT/X11': 'MIT' };
/** How a licence's text begins, for packages that name none in their package.json. */
const TEXTS = [
  ['MIT', /Permission is hereby granted, free of charge, to any person obtaining a copy\s+of this software/],
  ['Apache-2.0', /Apache License\s+Version 2\.0, January 2004/],
  ['ISC', /Permission to use, copy, modify, and\/or distribute this software for any\s+purpose with or without fee/],
];
/** Packages that run something of theirs when they are installed, each looked at: any other one is a fault. */
const WITH_SCRIPTS = new Set(['cpu-features', 'node', 'protobufjs', 'ssh2']);
/** A lock file of npm 7 or newer. */
const LOCK_VERSION = 3;
const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** What is wrong with a lock file: one line each. A package comes from a registry, in one version, by its hash. */
export function lockFaults(manifest, lock) {
  const faults = [];
  if (lock.lockfileVersion !== LOCK_VERSION) faults.push(`the lock file has version ${lock.lockfileVersion}`);
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
      if (!EXACT.test(version)) faults.push(`${name} is not pinned: ${version}`);
      const locked = lock.packages[`node_modules/${name}`]?.version;
      if (locked !== version) faults.push(`${name} is ${version} in package.json, ${locked} in the lock file`);
    }
  }
  for (const [place, entry] of packagesOf(lock)) {
    if (entry.link === true || !place.startsWith('node_modules/')) faults.push(`${place} is a folder of its own`);
    else if (!EXACT.test(entry.version ?? '')) faults.push(`${place} has no exact version`);
    else if (!INTEGRITY.test(entry.integrity ?? '')) faults.push(`${place} has no SHA-512`);
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (entry.hasInstallScript === true && !WITH_SCRIPTS.has(name)) faults.push(`${place} runs a script of its own`);
    if (entry.resolved !== undefined && !isFromRegistry(entry.resolved)) {
      faults.push(`${place} comes from ${new URL(entry.resolved).protocol}//, not from a registry`);
    }
  }
  return faults;
}

/** A tarball, fetched by HTTPS. What comes by git has no hash, and another server is another trust. */
function isFromRegistry(resolved) {
  const { protocol, pathname } = new URL(resolved);
  return protocol === 'https:' && pathname.endsWith('.tgz');
}

/**
 * The licence of every installed package, by its place; null where none is known. `lock` names them, `root` is the
 * folder that holds `node_modules`. What is optional and made for other systems may be absent: then the lock file's
 * word counts.
 */
export function licences(lock, root) {
  return new Map(packagesOf(lock).map(([place, entry]) => [place, licenceOf(join(root, place), entry)]));
}

/** Packages whose licence is none, or is not accepted: one line each. */
export function licenceFaults(found) {
  const faults = [];
  for (const [place, licence] of found) {
    if (licence === null) faults.push(`${place} has no licence`);
    else if (!isAccepted(licence)) faults.push(`${place} has the licence ${licence}`);
  }
  return faults;
}

function packagesOf(lock) {
  return Object.entries(lock.packages).filter(([place]) => place !== '');
}

function licenceOf(folder, entry) {
  if (entry.license !== undefined) return entry.license;
  if (!existsSync(join(folder, 'package.json'))) return null;
  const { license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const named = [license ?? licenses ?? []].flat().map((one) => one.type ?? one);
  if (named.length > 0) return named.length === 1 ? named[0] : `(${named.join(' OR ')})`;
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.(md|txt))?$/i.test(name));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
  return TEXTS.find(([, beginning]) => beginning.test(text))?.[0] ?? null;
}

/** Of `A OR B` one must be accepted, of `A AND B` both. */
function isAccepted(expression) {
  const parts = expression.replace(/^\((.*)\)$/, '$1');
  if (parts.includes(' AND ')) return parts.split(' AND ').every(isAccepted);
  if (parts.includes(' OR ')) return parts.split(' OR ').some(isAccepted);
  return ACCEPTED.has(FORMER_NAMES[parts] ?? parts);
}

/**
 * The CycloneDX document that npm makes of the lock file: of what runs in production, with the licences that npm does
 * not find. npm's own `--omit dev` also leaves out what both need.
 */
export function billOfMaterials(root) {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status !== 0) throw new Error(`npm sbom ended with ${status}: ${stderr}`);
  const { manifest, lock } = readProject(root);
  const document = JSON.parse(stdout);
  // npm names the product by its folder.
  document.metadata.component.name = manifest.name;
  const produced = new Map();
  for (const [place, entry] of packagesOf(lock)) {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (entry.dev !== true && entry.devOptional !== true) produced.set(`${name}@${entry.version}`, place);
  }
  const found = licences(lock, root);
  document.components = document.components.filter((one) => produced.has(`${one.name}@${one.version}`));
  for (const component of document.components) {
    const licence = found.get(produced.get(`${component.name}@${component.version}`));
    const id = FORMER_NAMES[licence] ?? licence;
    if ((component.licenses ?? []).length === 0 && id !== null) component.licenses = [{ license: { id } }];
  }
  const kept = new Set(document.components.map((one) => one['bom-ref']));
  document.dependencies = document.dependencies
    .filter(({ ref }) => kept.has(ref) || ref === document.metadata.component['bom-ref'])
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }));
  return document;
}

export function readProject(root) {
  const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  return { manifest: read('package.json'), lock: read('package-lock.json') };
}

/** Known weaknesses of what runs in production, as the registry tells them; some registries answer no such question. */
function auditLine(root) {
  const args = ['audit', '--omit', 'dev', '--json'];
  const { stdout } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 });
  let answer;
  try {
    answer = JSON.parse(stdout);
  } catch {
    answer = {};
  }
  const counts = answer.metadata?.vulnerabilities;
  if (counts === undefined)
    return { text: 'npm audit: the registry does not answer it, so nothing is known.', isBad: false };
  const { high = 0, critical = 0, total = 0 } = counts;
  const text = `npm audit: ${total} known weaknesses, ${high + critical} of them high or critical.`;
  return { text, isBad: high + critical > 0 };
}

/** Whether the registry signed what is installed; some registries have no signatures. */
function signatureLine(root) {
  const { status, stdout } = spawnSync('npm', ['audit', 'signatures', '--fetch-retries', '0'], {
    cwd: root,
    encoding: 'utf8',
  });
  const told = stdout.split('\n').find((line) => /signature/.test(line));
  if (told === undefined) return { text: 'npm audit signatures: the registry does not answer it.', isBad: false };
  return { text: `npm audit signatures: ${told}`, isBad: status !== 0 };
}

function check(root) {
  const { manifest, lock } = readProject(root);
  const found = licences(lock, root);
  const faults = [...lockFaults(manifest, lock), ...licenceFaults(found)];
  const [audit, signatures] = [auditLine(root), signatureLine(root)];
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(
    `${found.size} packages, ${faults.length} faults of the lock file and of licences.\n${audit.text}\n${signatures.text}\n`,
  );
  if (faults.length > 0 || audit.isBad || signatures.isBad) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [command, file = 'hesabu.cdx.json'] = process.argv.slice(2);
  if (command === 'sbom') writeFileSync(file, `${JSON.stringify(billOfMaterials(ROOT), null, 2)}\n`);
  else check(ROOT);
}
