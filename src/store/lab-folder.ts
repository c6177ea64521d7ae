/** The folder of what the studio's Lab learns from and finds, within the user's data folder. */
export const LAB_FOLDER = 'lab';
