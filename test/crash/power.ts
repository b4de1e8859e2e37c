// A disk of its own whose power a test cuts: a file system on a loop device, shut down under the running process. What
// had not reached the device is gone, as after a cut.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DISK_BYTES = 192 * 1024 * 1024;
/** FS_IOC_SHUTDOWN of Linux, without flushing the journal. Node has no ioctl. */
const SHUTDOWN = `
import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))
`;

export interface Disk {
  /** Where it is mounted. */
  readonly path: string;
  /** Every read and write answers EIO from now on. */
  cut(): void;
  /** Mounts it again; no process may have a file of it open. */
  restore(): void;
  remove(): void;
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' }).trim();
}

/**
 * Makes a disk. Throws where that is not allowed. One loop device serves it from beginning to end: `mount -o loop`
 * makes another one each time, and where the kernel has not let go of the one before, two of them cache the same bytes.
 */
export function makeDisk(): Disk {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-power-'));
  const [image, path] = [join(dir, 'image'), join(dir, 'disk')];
  mkdirSync(path);
  writeFileSync(image, '');
  truncateSync(image, DISK_BYTES);
  let device = '';
  let isMounted = false;
  const mount = () => {
    run('mount', '-t', 'ext4', device, path);
    isMounted = true;
  };
  const unmount = () => {
    if (isMounted) run('umount', path);
    isMounted = false;
  };
  const disk: Disk = {
    path,
    cut: () => {
      run('python3', '-c', SHUTDOWN, path);
    },
    restore: () => {
      unmount();
      mount();
    },
    remove: () => {
      unmount();
      if (device !== '') run('losetup', '--detach', device);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    device = run('losetup', '--find', '--show', image);
    run('mkfs.ext4', '-q', device);
    mount();
  } catch (error) {
    disk.remove();
    throw error;
  }
  return disk;
}

/** Why no power can be cut here; null where it can. */
export function whyNoDisk(): string | null {
  for (const [command, flag] of [
    ['mkfs.ext4', '-V'],
    ['losetup', '--version'],
    ['python3', '--version'],
  ] as const) {
    if (spawnSync(command, [flag]).status !== 0) return `${command} is missing`;
  }
  try {
    const disk = makeDisk();
    try {
      disk.cut();
      return null;
    } finally {
      disk.remove();
    }
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr ?? error).trim();
  }
}
