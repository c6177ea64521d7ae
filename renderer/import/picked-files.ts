/** A file that a person picked or dropped, with the folders around it. */
export interface PickedFile {
  /** `folder/file.wav`, or the mere name. */
  readonly path: string;
  readonly file: File;
}

/** The part of a dropped entry that is needed; the File and Directory Entries API. */
interface Entry {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly fullPath: string;
}

interface FileEntry extends Entry {
  file(resolve: (file: File) => void, reject: (error: unknown) => void): void;
}

interface DirectoryEntry extends Entry {
  createReader(): { readEntries(resolve: (entries: Entry[]) => void, reject: (error: unknown) => void): void };
}

/** What an `<input type=file>` was given; with `webkitdirectory` the paths begin with the folder's name. */
export function filesOfInput(list: FileList | null): PickedFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * What was dropped, with everything in dropped folders. To be called while the drop is handled: the items are gone
 * afterwards.
 */
export async function filesOfDrop(transfer: DataTransfer): Promise<PickedFile[]> {
  const roots = [...transfer.items]
    .map((item) => item.webkitGetAsEntry() as Entry | null)
    .filter((entry) => entry !== null);
  const found: PickedFile[] = [];
  for (const root of roots) await collect(root, found);
  return found;
}

/** Whether what is dragged over the window are files. */
export function dragsFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

async function collect(entry: Entry, found: PickedFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileEntry).file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ''), file });
  } else if (entry.isDirectory) {
    const reader = (entry as DirectoryEntry).createReader();
    for (;;) {
      // A reader gives a hundred at a time, and none at the end.
      const entries = await new Promise<Entry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (entries.length === 0) return;
      for (const each of entries) await collect(each, found);
    }
  }
}
