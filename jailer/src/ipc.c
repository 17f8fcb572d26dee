/* System V shared memory, message queues and semaphores live until they are removed, whoever made them (sysvipc(7)).
 * In a jail they live as long as a stage: what it leaves would take memory from the next one. POSIX message queues
 * stay: together they take less than a megabyte (getrlimit(2), RLIMIT_MSGQUEUE). */
#include "jailer.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

union semctl_argument { /* semctl(2): the caller defines it */
    int value;
    struct semid_ds *buffer;
    unsigned short *array;
    struct seminfo *info;
};

static void remove_shared_memory(void)
{
    struct shm_info info;
    struct shmid_ds about;
    int last = shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&info);
    for (int i = 0; i <= last && info.used_ids > 0; i++) {
        int id = shmctl(i, SHM_STAT_ANY, &about);
        if (id >= 0 && shmctl(id, IPC_RMID, NULL) < 0)
            fail("remove", "shared memory");
    }
}

static void remove_message_queues(void)
{
    struct msginfo info;
    struct msqid_ds about;
    int last = msgctl(0, MSG_INFO, (struct msqid_ds *)(void *)&info);
    for (int i = 0; i <= last && info.msgpool > 0; i++) {
        int id = msgctl(i, MSG_STAT_ANY, &about);
        if (id >= 0 && msgctl(id, IPC_RMID, NULL) < 0)
            fail("remove", "message queue");
    }
}

static void remove_semaphores(void)
{
    struct seminfo info;
    struct semid_ds about;
    int last = semctl(0, 0, SEM_INFO, (union semctl_argument){.info = &info});
    for (int i = 0; i <= last && info.semusz > 0; i++) {
        int id = semctl(i, 0, SEM_STAT_ANY, (union semctl_argument){.buffer = &about});
        if (id >= 0 && semctl(id, 0, IPC_RMID) < 0)
            fail("remove", "semaphores");
    }
}

/* No process of the stage is left, so that nothing is attached and nothing new is made. */
void ipc_remove_all(void)
{
    remove_shared_memory();
    remove_message_queues();
    remove_semaphores();
}
