import threading, time, os, signal, subprocess
import pytest
from kit.processes import open_house
P = ("batu", "zhangsan", "naren", "sunli", "surina", "eerdun", "chenwei", "siqin")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_dbg(database_url, tmp_path):
    with open_house(database_url, tmp_path/"var", TUOLING_LOG_LEVEL="debug") as house:
        leads = {userid: house.lead(phone=f"139471{n:05}", by=userid) for n, userid in enumerate(P)}
        begun=threading.Event()
        def talk(u):
            for n in range(3): house.platform.say(u, f"跟进 L{leads[u]} 第{n}次联系，意向强"); begun.set()
        ths=[threading.Thread(target=talk,args=(u,)) for u in P]
        [t.start() for t in ths]
        begun.wait(20)
        p=house.processes.pop("serve")
        t=time.time(); os.kill(p.popen.pid, signal.SIGTERM)
        for i in range(80):
            if p.popen.poll() is not None: break
            time.sleep(0.1)
        print("ENDED", p.popen.poll(), time.time()-t)
        if p.popen.poll() is None:
            out=subprocess.run(["ps","-eo","pid,ppid,stat,wchan:20,nlwp,args"],capture_output=True,text=True).stdout
            print("\n".join(l for l in out.splitlines() if f"{p.popen.pid}" in l))
            kids=[l.split()[0] for l in out.splitlines() if l.split()[1]==str(p.popen.pid)]
            for k in kids+[str(p.popen.pid)]:
                for task in os.listdir(f"/proc/{k}/task"):
                    print(k, task, open(f"/proc/{k}/task/{task}/comm").read().strip(), open(f"/proc/{k}/task/{task}/wchan").read(), open(f"/proc/{k}/task/{task}/syscall").read()[:40])
                print([l for l in open(f"/proc/{k}/status") if l.startswith("Sig")])
            print(open(p.log).read()[-1500:])
            os.killpg(p.popen.pid, 9); p.popen.wait()
        [t.join() for t in ths]
    assert 0
