/** Sentences of the Settings screen about thresholds and data. */
export const settingsStrings = {
  threshold: 'Thresholds',
  thresholdHint: 'How sure Heed must be before it says that it heard a word. On Listen each word can have its own.',
  thresholdOfModel: 'As each model says',
  thresholdForAll: 'The same for every word',
  thresholdValue: 'Threshold for every word',
  files: 'Your files',
  filesHint: 'Your takes, models and settings are plain files in this folder:',
  copyPath: 'Copy the path',
  openFolder: 'Open the folder',
  copied: 'The path is on the clipboard.',
  deleteAll: 'Delete everything',
  deleteAllHint: 'Your takes, words, models, lessons and settings. The model that came with Heed stays.',
  deleteAllQuestion: 'Delete everything, for good?',
  deleteAllWarning:
    'All your takes, words, models, lessons and settings are deleted, and the trash is emptied. This cannot be undone. Export your takes first if you want to keep them.',
  deleteAllConfirm: 'Delete everything for good',
  keep: 'Keep everything',
  deletedAll: 'Everything was deleted. Heed is as new.',
} as const;
