/** Long enough for any browser to have begun reading. */
const KEPT_FOR_MS = 60_000;

/** Gives a file to the user: the browser, or the shell, asks where to put it or puts it among the downloads. */
export type SaveFile = (fileName: string, contents: Blob) => void;

/** As a download. */
export const saveFile: SaveFile = (fileName, contents) => {
  const url = URL.createObjectURL(contents);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_FOR_MS);
};
