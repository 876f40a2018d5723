import { buildEvent } from '../../src/events/build-event.ts'
function gen(i:number){ return { toolName: 'shell', callId: 'exec-'+i, parameters: { cmd: 'ls -la /home/user/project/src', cwd: '/home/user/project' }, durationMs: 150, success: true, outputPreview: 'total 48\ndrwxr-xr-x 2 user user 4096 Nov 22 10:15 . and more '+i, permissionGranted: true, sandboxPolicy: 'strict' } }
let s; for(let i=0;i<2000000;i++) s=buildEvent('ToolCall', gen(i)); 
