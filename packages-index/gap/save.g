SaveWorkspace("/opt/gap/workspace");
