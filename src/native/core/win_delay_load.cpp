// On Windows the N-API symbols live in the host's executable, which is node.exe only in Node: in Electron the name
// "node.exe" must lead to the running program.
#if defined(_WIN32)
#include <windows.h>
#include <delayimp.h>
#include <cstring>

static FARPROC WINAPI hostProgram(unsigned int event, DelayLoadInfo* info) {
  if (event != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return nullptr;
  return reinterpret_cast<FARPROC>(GetModuleHandle(nullptr));
}

decltype(__pfnDliNotifyHook2) __pfnDliNotifyHook2 = hostProgram;
#endif
