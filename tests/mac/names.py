"""Names that a Mac shows, as everybody who has used one knows them, and invented vendors beside
them. Nothing here was copied from a capture."""


def words(text):
    return text.split()


# ---- kernel extensions -------------------------------------------------------------------------

KPI = words("bsd dsep iokit kasan kcov libkern mach private unsupported")

FAMILIES = words("""
    IOPCIFamily IOReportFamily IOStorageFamily IONVMeFamily IOHIDFamily IOUSBHostFamily
    IOUSBDeviceFamily IOUSBMassStorageDriver IONetworkingFamily IO80211Family IOSkywalkFamily
    IOSurface IOGraphicsFamily IOAudioFamily IOAVBFamily IOBDStorageFamily IOCDStorageFamily
    IODVDStorageFamily IOCECFamily IOHDCPFamily IOKitRegistryCompatibility IOBiometricFamily
    IOPlatformPluginFamily IOSCSIArchitectureModelFamily IOSCSIBlockCommandsDevice
    IOSCSIMultimediaCommandsDevice IOSCSIParallelFamily IOSCSIReducedBlockCommandsDevice
    IOSerialFamily IOSMBusFamily IOStreamFamily IOThunderboltFamily IOTimeSyncFamily IOUserEthernet
    IOVideoFamily IOBluetoothFamily EndpointSecurity CoreAnalyticsFamily
    IOAVBStreamingFamily IOBluetoothHIDDriver IOUSBHostHIDDevice""")
FAMILIES_ARM64 = words("""
    IOGPUFamily IOMobileGraphicsFamily IOMobileGraphicsFamily-DCP IOAccessoryManager IOAudio2Family
    IOAVFamily IOCryptoAcceleratorFamily IODisplayPortFamily IOPortFamily
    IOSlowAdaptiveClockingFamily""")
FAMILIES_X86 = words("""
    IOACPIFamily IOAcceleratorFamily2 IOAHCIFamily IOAHCIBlockStorage IOHDAFamily IONDRVSupport
    IOEthernetAVBController IOFireWireFamily IOFireWireIP IOUSBFamily IOBluetoothSerialManager
    IOAHCISerialATAPI IOXHCIFamily""")

DRIVERS = words("""
    AppleAudioClockLibs AppleBSDKextStarter AppleBluetoothModule AppleCallbackPowerSource
    AppleCredentialManager AppleDiagnosticDataAccessReadOnly AppleDiskImages2 AppleEffaceableStorage
    AppleFDEKeyStore AppleFileSystemDriver AppleFirmwareUpdateKext AppleHIDKeyboard AppleHPM
    AppleIPAppender AppleKeyStore AppleMobileFileIntegrity AppleMultitouchDriver AppleSEPManager
    AppleSMC AppleSSE AppleSmartBatteryManager AppleThunderboltDPAdapterFamily
    AppleThunderboltDPInAdapter AppleThunderboltNHI AppleThunderboltPCIDownAdapter
    AppleThunderboltPCIUpAdapter AppleTopCaseHIDEventDriver AppleUSBAudio AppleXsanScheme
    usb.AppleUSBCommon usb.AppleUSBHostCompositeDevice usb.AppleUSBHostPacketFilter usb.AppleUSBHub
    usb.AppleUSBXHCI usb.AppleUSBXHCIPCI usb.AppleUSBVHCI usb.AppleUSBVHCICommon usb.cdc
    usb.cdc.acm usb.cdc.ecm usb.cdc.ncm usb.networking usb.realtek8153patcher
    AppleUserHIDDrivers FairPlayIOKit corecapture IOHIDPowerSource KernelRelayHost
    usb.IOUSBHostHIDDevice watchdog DiskImages DiskImages.UDIFDiskImage LuaHardwareAccess""")
DRIVERS_ARM64 = words("""
    AppleA7IOP AppleA7IOP-ASCWrap-v4 AppleANELoadBalancer AppleAOPAudio AppleAOPVoiceTrigger
    AppleARMIO AppleARMPMU AppleARMPlatform AppleARMWatchdogTimer AppleAVD AppleAVE2
    AppleActuatorDriver AppleBCMWLANBusInterfacePCIe AppleBCMWLANCore AppleBluetoothDebug
    AppleCS42L84Audio AppleDCP AppleDCPDPTXProxy AppleDPDisplayTCON AppleDialogPMU AppleEmbeddedPCIE
    AppleEmbeddedTempSensor AppleEventLogHandler AppleFirmwareKit AppleGPIOICController
    AppleH13CameraInterface AppleHSSPIHIDDriver AppleHSSPISupport AppleIISController
    AppleInterruptControllerV2 AppleJPEGDriver AppleLockdownMode AppleM2ScalerCSCDriver
    AppleM68Buttons AppleMCA2-T6020 AppleMobileApNonce AppleMobileDispT6020-DCP
    AppleMultiFunctionManager AppleOLYHAL AppleOnboardSerial ApplePIODMA ApplePMGR ApplePMP
    ApplePassthroughPPM AppleProResHW AppleS5L8940XI2C AppleS5L8960XNCO AppleSART AppleSEPKeyStore
    AppleSMCWirelessCharger AppleSPIMC AppleSPMI AppleSPU AppleSerialShim AppleSmartIO2
    AppleStockholmControl AppleT6020PCIe AppleT8110DART AppleT8112USBXDCI
    AppleThunderboltUSBDownAdapter
    AppleThunderboltUSBUpAdapter AppleTrustedAccessory AppleTypeCPhy AppleTypeCRetimer
    BCMWLANFirmware4387.Hashstore BCMWLANFirmware4388.Hashstore IODARTFamily IOSlaveProcessor
    RTBuddy usb.AppleEmbeddedUSBXHCIFL1100 usb.AppleSynopsysUSB40XHCI LSKDIOKit""")
DRIVERS_X86 = words("""
    AppleACPIPlatform AppleACPIEC AppleACPIButtons AppleAPIC AppleHPET AppleRTC AppleSMBIOS
    AppleEFINVRAM AppleEFIRuntime AppleIntelCPUPowerManagement AppleIntelCPUPowerManagementClient
    AppleIntelKBLGraphics AppleIntelKBLGraphicsFramebuffer AppleGraphicsControl AppleGPUWrangler
    AppleMuxControl AGPM AirPort.BrcmNIC AppleSDXC AppleLPC AppleMCCSControl
    AppleUpstreamUserClient AppleBacklight AppleBacklightExpert ACPI_SMC_PlatformPlugin
    AppleOSXWatchdog AppleSMBusPCI AppleSMBusController AppleIntelPCHPMC AppleIntelMCEReporter
    AppleHDA AppleHDAController DspFuncLib AppleThunderboltEDMSink AppleGraphicsDevicePolicy
    AppleIntelSlowAdaptiveClocking AppleUSBTopCaseDriver AppleHV eficheck pmtelemetry
    SMCMotionSensor X86PlatformShim X86PlatformPlugin AudioAUUC AppleSSPSupport
    usb.AppleUSBHostMergeProperties usb.AppleUSBEHCI usb.AppleUSBEHCIPCI AppleUSBODD""")

OTHER_APPLE = words("""
    com.apple.kec.corecrypto com.apple.kec.pthread com.apple.kec.Libm
    com.apple.filesystems.apfs com.apple.filesystems.hfs.kext
    com.apple.filesystems.hfs.encodings.kext com.apple.filesystems.autofs
    com.apple.filesystems.smbfs com.apple.filesystems.nfs com.apple.filesystems.lifs
    com.apple.fileutil com.apple.AUC com.apple.AppleSystemPolicy
    com.apple.AppleFSCompression.AppleFSCompressionTypeDataless
    com.apple.AppleFSCompression.AppleFSCompressionTypeZlib com.apple.kext.AppleMatch
    com.apple.kext.CoreTrust com.apple.kext.triggers com.apple.nke.applicationfirewall
    com.apple.nke.l2tp com.apple.nke.ppp com.apple.plugin.IOAVBDiscoveryPlugin
    com.apple.plugin.IOgPTPPlugin com.apple.security.quarantine com.apple.security.sandbox
    com.apple.security.SecureRemotePassword com.apple.UVCService com.apple.vecLib.kext
    com.apple.iokit.IOUSBHostFamily.AppleUSBHostS3""")
OTHER_ARM64 = words("""com.apple.AGXG14X com.apple.AGXFirmwareKextG14XRTBuddy
    com.apple.DriverKit-AppleBCMWLAN com.apple.security.AppleImage4 com.apple.kec.Compression
    com.apple.kec.AppleEncryptedArchive com.apple.kext.AppleTrustedVolume""")
OTHER_X86 = words("""
    com.apple.BootCache com.apple.Dont_Steal_Mac_OS_X com.apple.security.TMSafetyNet
    com.apple.kext.AMDRadeonX4000 com.apple.kext.AMDSupport com.apple.kext.AMDLegacySupport""")

# Invented vendors.
THIRD_PARTY = [
    ("com.example.driver.NetFilter", "4.2.1"), ("net.vellumworks.fs.VellumFS", "2.0.3"),
    ("com.northlake.kext.AudioBridge", "7.1"), ("org.fieldnotes.kext.SerialPort", "1.0.12"),
]

# Those that hold memory of their own at run time, and how much in KiB; others hold a little.
HUNGRY = {
    "com.apple.iokit.IOSurface": 31744, "com.apple.iokit.IOGPUFamily": 262144,
    "com.apple.AGXG14X": 20480, "com.apple.driver.AppleDCP": 24576,
    "com.apple.driver.AppleBCMWLANCore": 18432, "com.apple.iokit.IONVMeFamily": 9216,
    "com.apple.iokit.IO80211Family": 6144, "com.apple.driver.AppleAVD": 12288,
    "com.apple.filesystems.apfs": 28672, "com.apple.iokit.IOAcceleratorFamily2": 245760,
    "com.apple.driver.AppleIntelKBLGraphics": 40960, "com.apple.kext.AMDRadeonX4000": 65536,
    "com.apple.driver.AirPort.BrcmNIC": 14336, "com.apple.iokit.IOThunderboltFamily": 4096,
    "com.apple.driver.AppleSEPManager": 8192, "com.apple.security.sandbox": 3072,
    "com.apple.driver.AppleMultitouchDriver": 2048, "com.apple.iokit.IOHIDFamily": 3072,
    "com.apple.driver.DiskImages": 4096, "com.example.driver.NetFilter": 9216,
    "net.vellumworks.fs.VellumFS": 12288, "com.northlake.kext.AudioBridge": 6144,
    "com.apple.driver.AppleH13CameraInterface": 10240, "com.apple.driver.AppleAVE2": 6144,
    "com.apple.filesystems.smbfs": 2048, "com.apple.driver.AppleHDA": 3072,
}
# Devices of DMA mappers, each an account of its own beside the tag of its driver.
MAPPERS = {
    "com.apple.driver.AppleBCMWLANCore": ["wlan"], "com.apple.iokit.IONVMeFamily": ["ans"],
    "com.apple.driver.AppleDCP": ["dcp", "dispext0"], "com.apple.driver.AppleAVD": ["avd"],
    "com.apple.iokit.IOThunderboltFamily": ["acio0"],
}


def extensions(arch):
    """Bundle ids of an Apple silicon Mac, or of an Intel one, in the order of their loading."""
    arm = arch == "arm64"
    out = ["com.apple.kpi." + name for name in KPI]
    out += OTHER_APPLE + (OTHER_ARM64 if arm else OTHER_X86)
    families = FAMILIES + (FAMILIES_ARM64 if arm else FAMILIES_X86)
    drivers = DRIVERS + (DRIVERS_ARM64 if arm else DRIVERS_X86)
    out += ["com.apple.iokit." + name for name in families]
    out += ["com.apple.driver." + name for name in drivers]
    return out + [bundle for bundle, _ in THIRD_PARTY]


# ---- call sites of the kernel ------------------------------------------------------------------

SITES = words("""
    vm_page_bootstrap zone_bootstrap kmem_init ipc_init bufinit vfsinit nchinit mbinit socketinit
    kdp_core_init bsd_startcpu vm_map_steal_memory pmap_bootstrap kpc_init kperf_init
    telemetry_init stackshot_init commpage_populate cpu_data_alloc processor_bootstrap
    ubc_init_pager vnode_pager_bootstrap swapfile_pager_bootstrap shared_region_pager_bootstrap
    compressor_pager_init vm_compressor_init necp_init flowadv_init dlil_init nstat_init
    pf_init netagent_init kern_aio_init shm_init sem_init bpfilterattach tcp_init udp_init ip_init
    ip6_init key_init mac_policy_initbsd cs_init kauth_init audit_init kdebug_init ktrace_init
    coalitions_init work_interval_subsystem_init thread_group_init turnstiles_init workq_init
    select_waitq_init memorystatus_init sched_init hibernate_page_list_alloc
    log_setsize oslog_init console_init kext_receipt_init IOLog_init OSMetaClass_preModLoad
    PE_init_platform gIOPolledFileInit""")


# ---- zones -------------------------------------------------------------------------------------

# name, element size, elements on a quiet machine; 0: as the processes need them.
ZONES = [
    ("vm objects", 256, 0), ("VM map entries", 80, 0), ("VM map copies", 64, 24),
    ("VM map holes", 32, 310), ("maps", 384, 0), ("pmap", 416, 0), ("pv_list", 16, 61000),
    ("ipc ports", 168, 0), ("ipc spaces", 128, 0), ("ipc port sets", 96, 5200),
    ("ipc vouchers", 64, 320), ("ipc kmsgs", 256, 900), ("threads", 2352, 0),
    ("threads_ro", 96, 0), ("proc_task", 2944, 0), ("proc_ro", 128, 0), ("turnstiles", 128, 0),
    ("semaphores", 48, 3100), ("thread_call", 96, 700), ("vnodes", 248, 96000),
    ("namecache", 112, 118000), ("fileproc", 24, 23000), ("fileglob", 80, 15000),
    ("socket", 832, 1900), ("knote zone", 112, 14000), ("kqueue workloop zone", 320, 2100),
    ("kqueue file zone", 256, 900), ("kqueue workq zone", 256, 600), ("select_set", 64, 90),
    ("mbuf", 256, 2600), ("mbuf_cluster_2k", 2048, 2200), ("mbuf_cluster_4k", 4096, 512),
    ("mbuf_cluster_16k", 16384, 96), ("mbuf_composite_2k", 64, 100), ("buf headers", 312, 4200),
    ("buf.512", 512, 64), ("buf.1024", 1024, 32), ("buf.2048", 2048, 16), ("buf.4096", 4096, 900),
    ("buf.8192", 8192, 24), ("cred", 176, 640), ("ucred_rw", 32, 640), ("session", 320, 140),
    ("pgrp", 112, 410), ("sigacts", 144, 0), ("plimit", 168, 260), ("filedesc", 160, 0),
    ("unpzone", 208, 1300), ("tcpcb", 1120, 180), ("inpcb", 720, 420), ("udpcb", 160, 140),
    ("ripcb", 720, 8), ("rtentry", 368, 90), ("llinfo_arp", 96, 12), ("llinfo_nd6", 144, 18),
    ("in_ifaddr", 200, 6), ("in6_ifaddr", 320, 14), ("in_multi", 144, 8), ("in6_multi", 120, 20),
    ("ubc_info zone", 88, 64000), ("vnode pager structures", 48, 64000),
    ("Mem Obj Control", 32, 66000), ("compressor_pager", 56, 41000),
    ("compressor_segment", 320, 1900), ("shared_region_pager", 96, 12), ("device node", 96, 310),
    ("AIO", 112, 8), ("shm", 88, 30), ("posix semaphore", 64, 140), ("necp.flow", 256, 60),
    ("necp.session", 128, 30), ("necp_client", 1024, 400), ("nstat_tu_shadow", 128, 400),
    ("nxctl", 96, 12), ("skmem_slab", 128, 900), ("skmem_cache", 512, 90), ("skmem_obj", 64, 1200),
    ("pf_rule", 1104, 4), ("pf_state", 320, 12), ("pf_anchor", 512, 2), ("dlil", 512, 30),
    ("ifnet", 1536, 26), ("ifaddr", 256, 40), ("bpf_d", 448, 6), ("fsevent", 64, 4100),
    ("watch_list", 96, 40), ("decmpfs", 96, 12000), ("cs_blob zone", 208, 5100),
    ("mac_label", 48, 41000), ("sandbox", 96, 480), ("quarantine", 64, 640), ("uthread", 664, 0),
    ("workqueue", 256, 0), ("task_restartable", 64, 12), ("coalition", 320, 300),
    ("bank_task", 160, 0), ("bank_account", 96, 700), ("kcdata", 128, 24), ("os_reason", 136, 30),
    ("mpsc_daemon", 96, 12), ("work_interval", 128, 80), ("thread_group", 160, 110),
    ("user_mutex", 48, 90), ("ulocks", 112, 300), ("psynch.ksyn", 208, 2900), ("pipe", 152, 1400),
    ("exec_args", 96, 12), ("execargs.cache", 128, 2), ("file_lock", 120, 900),
    ("vfsattr", 512, 40), ("ACL", 96, 400), ("cloneinfo", 64, 30), ("nullfs", 96, 12),
    ("fdesc_node", 64, 20), ("tty", 512, 24), ("ptmx", 128, 10), ("log_entry", 96, 60),
    ("atm_link", 48, 60), ("corpse", 64, 2), ("ledger", 512, 0), ("affinity", 96, 10),
    ("waitq_link", 64, 4100), ("prepost", 32, 900), ("ipc_importance", 88, 2200),
    ("mach_voucher_attr", 64, 90), ("host_notify", 48, 60), ("kernel_backtrace", 256, 10),
]
# Classes of drivers, one zone each.
CLASSES = words("""
    OSArray OSBoolean OSData OSDictionary OSKext OSMetaClass OSNumber OSObject OSOrderedSet
    OSSerializer OSSet OSString OSSymbol OSValueObject IOBufferMemoryDescriptor IOCommandGate
    IOCommandPool IODMACommand IODataQueue IODeviceMemory IOEventSource IOFilterInterruptEventSource
    IOGeneralMemoryDescriptor IOInterruptEventSource IOMachPort IOMapper IOMemoryCursor IOMemoryMap
    IOMultiMemoryDescriptor IOPMRequest IOPMRequestQueue IOPMinformee IOPowerConnection
    IORegistryIterator IOReporter IOService IOServicePM IOSharedDataQueue IOSubMemoryDescriptor
    IOTimerEventSource IOUserClient IOUserNotification IOUserObject IOUserServer IOWorkLoop
    IOSurface IOSurfaceClient IOSurfaceDevice IOGPUMemory IOGPUResource IOGPUDevice
    IOGPUCommandQueue IOHIDEventServiceUserClient IOHIDSystem IONVMeController IOBlockStorageDriver
    IOMedia IOUSBHostPipe IOUSBHostInterface IOSkywalkPacket IO80211Channel AGXCommandQueue
    AppleKeyStoreUserClient APFSInode APFSVolume APFSExtent""")


# ---- processes ---------------------------------------------------------------------------------

LIBEXEC = words("""
    airportd amfid apfsd aonsensed batteryintelligenced biometrickitd bootinstalld
    configd containermanagerd coreduetd coresymbolicationd corespeechd countryd dasd
    diskarbitrationd diskimagescontroller dprivacyd endpointsecurityd fairplaydeviceidentityd
    fontmovertool fseventsd gamecontrollerd hidd hostapd installcoordinationd ioupsd kernelmanagerd
    keybagd knowledgeconstructiond logd logd_helper lockoutagent locationd lsd microstackshot
    mobileactivationd mobileassetd neagent nehelper nesessionmanager networkserviceproxy
    nsurlsessiond opendirectoryd online-authd oahd PerfPowerServices pkd powerd powerexperienced
    rapportd replayd routined runningboardd sandboxd secd securityd_system seld searchpartyd
    sharingd signpost_reporter smd storagekitd swcd symptomsd sysmond syspolicyd taskgated tccd
    thermalmonitord timed tailspind trustd trustdFileHelper tzlinkd tzd UserEventAgent usbd
    usernoted usermanagerd watchdogd wifianalyticsd wifip2pd wifivelocityd xpcroleaccountd
    ApplicationFirewall backgroundtaskmanagementd biomed bluetoothuserd contextstored
    dmd duetexpertd eligibilityd feedbackd findmydeviced geod gpsd icdd intelligencecontextd
    linkd mdworker_shared morphunassetsupdaterd nanoregistryd promotedcontentd proactived
    remindd remoted siriactionsd spindump suggestd textunderstandingd translationd triald
    videosubscriptionsd""")
SBIN = words("""
    BTLEServer BlueTool KernelEventAgent aslmanager autofsd bluetoothd cfprefsd coreaudiod
    distnoted filecoordinationd mDNSResponder mDNSResponderHelper mediaremoted notifyd ocspd
    postinstall systemstats systemsoundserverd syslogd uninstalld usbmuxd wirelessproxd cron ntpd
    netbiosd racoon universalaccessd WirelessRadioManagerd dnsextd appleeventsd securityd""")
CORE_SERVICES = words("""
    ControlCenter ControlStrip CoreServicesUIAgent Dock Finder NotificationCenter ScreenTimeAgent
    Siri Spotlight SystemUIServer TextInputMenuAgent TextInputSwitcher WallpaperAgent
    WindowManager loginwindow talagent uikitsystem UniversalControl backupd coreautha
    diskmanagementd iconservicesagent iconservicesd launchservicesd logoutd mapspushd rcd
    sharedfilelistd softwareupdated sessionlogoutd suhelperd ssoagent""")
FRAMEWORK = words("""
    AMPDeviceDiscoveryAgent AMPLibraryAgent accessibilityd accountsd adprivacyd akd amsaccountsd
    amsengagementd appstoreagent assistantd avconferenced bird calaccessd callservicesd chronod
    ckdeleted cloudd cloudpaird cloudphotod commerce contactsd coreidvd CoreLocationAgent
    deleted diagnostics_agent DuetHeuristic-BM familycircled fmfd followupd fpckservice
    fileproviderd gamed homed identityservicesd imagent imklaunchagent inputanalyticsd itunescloudd
    keyboardservicesd
    lskdd maild mediaanalysisd mds mds_stores mdworker mediastream_mstreamd metrickitd
    networkd_privileged nsattributedstringagent parsecd parsec-fbf passd photoanalysisd
    photolibraryd pboard PowerChime progressd QuickLookUIService quicklookd rtcreportingd
    SafariBookmarksSyncAgent SafariLaunchAgent searchd SidecarRelay sociallayerd
    StatusKitAgent storeaccountd studentd swtransparencyd syncdefaultsd TrustedPeersHelper
    usageTrackingAgent ViewBridgeAuxiliary weatherd wirelessd XprotectService
    XProtectPluginService""")
APPS = words("Safari Mail Notes Messages Music Photos Calendar Reminders Preview Terminal TextEdit "
             "Maps Contacts FaceTime Podcasts Freeform")

# Apps of invented vendors: name, bundle id, team, threads, ports, regions, page tables in KiB.
OTHER_APPS = [
    ("Larkspur", "com.larkspur.editor", "9QX4T7LR2K", 41, 890, 3200, 9216),
    ("Larkspur Helper", "com.larkspur.editor.helper", "9QX4T7LR2K", 19, 240, 1400, 3072),
    ("Tidewater", "io.tidewater.chat", "T4W8R2NM6P", 36, 640, 2600, 6144),
    ("Tidewater Helper (GPU)", "io.tidewater.chat.helper.gpu", "T4W8R2NM6P", 22, 310, 1500, 3072),
    ("Tidewater Helper (Renderer)", "io.tidewater.chat.helper", "T4W8R2NM6P", 24, 260, 2100, 5120),
    ("Copperplate", "net.copperplate.notes", "C7P3L8TE5X", 14, 330, 1300, 2048),
    ("lockboxd", "com.hollowoak.lockbox.daemon", "HK9W2V7QXA", 7, 120, 480, 1024),
    ("lockbox-agent", "com.hollowoak.lockbox.agent", "HK9W2V7QXA", 9, 210, 620, 1024),
    ("mapindexd", "org.quarryhill.mapindex", "QH5Z1M3DBY", 12, 90, 1900, 3072),
    ("NetFilterAgent", "com.example.netfilter.agent", "EX4MPL3T34", 11, 180, 560, 1024),
    ("syncwell", "com.windrow.syncwell", "WR6D8S2K9J", 18, 230, 900, 2048),
    ("audiobridged", "com.northlake.audiobridged", "NL2K8B7A5C", 8, 140, 430, 1024),
]
INTERPRETERS = [
    ("python3.11", "/opt/local/bin/python3.11", words("collect.py worker.py report.py serve.py")),
    ("node", "/usr/local/bin/node", words("bundle.js watch.js server.js")),
]
WEB_CONTENT = ("com.apple.WebKit.WebContent",
               "/System/Library/Frameworks/WebKit.framework/Versions/A/XPCServices/"
               "com.apple.WebKit.WebContent.xpc/Contents/MacOS/com.apple.WebKit.WebContent")
